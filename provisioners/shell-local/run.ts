import { runShellLocal } from '../../plugins/sdk/scripts.ts';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { ShellLocalProvisionerConfig } from './config.gen.ts';

export async function provision(config: ShellLocalProvisionerConfig, run: ProvisionRun): Promise<void> {
  await runShellLocal(config, run);
}
