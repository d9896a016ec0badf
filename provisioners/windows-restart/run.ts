import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { WindowsRestartProvisionerConfig } from './config.gen.ts';
import { deadlineIn } from './deadline.ts';
import { askRestart } from './steps/ask-restart.ts';
import { awaitBoot } from './steps/await-boot.ts';
import { awaitCheck } from './steps/await-check.ts';
import { awaitRegistry } from './steps/await-registry.ts';
import { readUptime } from './steps/read-uptime.ts';

export async function provision(config: WindowsRestartProvisionerConfig, run: ProvisionRun): Promise<void> {
  const deadline = deadlineIn(config.restart_timeout);
  const before = await readUptime(run, deadline.left());
  run.say('restarting the guest');
  await askRestart(config.restart_command, deadline, run);
  const host = await awaitBoot(before, deadline, run);
  if (config.restart_check_command !== undefined) await awaitCheck(config.restart_check_command, deadline, run);
  if (config.check_registry) await awaitRegistry(config.registry_keys, deadline, run);
  run.say(`${host} restarted`);
}
