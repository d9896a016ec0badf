import { join } from 'node:path';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { bootstrap } from './steps/bootstrap.ts';
import { callSalt } from './steps/call-salt.ts';
import { fetchFormulas } from './steps/fetch-formulas.ts';
import { gatherInputs } from './steps/gather-inputs.ts';
import { installInputs } from './steps/install-inputs.ts';
import { removeUploads } from './steps/remove-uploads.ts';
import { rootPrefix } from './steps/root-prefix.ts';

export async function provision(config: SaltMasterlessProvisionerConfig, run: ProvisionRun): Promise<void> {
  const directory = await run.temporaryDirectory();
  const formulas = await fetchFormulas(config, join(directory, 'formulas'), run);
  const inputs = await gatherInputs(config, formulas, join(directory, 'salt'));
  const asRoot = await rootPrefix(config, run);
  try {
    run.say(`uploading states to ${config.temp_config_dir}`);
    await run.communicator.uploadTree(inputs, config.temp_config_dir, { signal: run.signal });
    if (!config.skip_bootstrap) await bootstrap(config, asRoot, run);
    await installInputs(config, asRoot, run);
    await callSalt(config, asRoot, run);
  } finally {
    await removeUploads(config, asRoot, run);
  }
}
