import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';

const LIMIT_MILLISECONDS = 30_000;

/** Never throws: a failure of the states says more. */
export async function removeUploads(
  config: SaltMasterlessProvisionerConfig,
  asRoot: string,
  run: ProvisionRun,
): Promise<void> {
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
  try {
    const { exitStatus } = await run.communicator.exec(`${asRoot}rm -rf ${shellWord(config.temp_config_dir)}`, {
      signal,
    });
    if (exitStatus !== 0) run.warn(`${config.temp_config_dir} cannot be removed from the guest`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    run.warn(`${config.temp_config_dir} is left in the guest: ${reason}`);
  }
}
