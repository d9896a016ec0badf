import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';
import { playbookPlace, playbooksOf } from './inputs.ts';
import { gatherInputs } from './steps/gather-inputs.ts';
import { installRequirements } from './steps/install-requirements.ts';
import { removeStaging } from './steps/remove-staging.ts';
import { runPlaybook } from './steps/run-playbook.ts';

const DEFAULT_PARENT = '/tmp/packer-provisioner-ansible-local';

export async function provision(config: AnsibleLocalProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const staging = config.staging_directory ?? `${DEFAULT_PARENT}/${crypto.randomUUID()}`;
  const gathered = await gatherInputs(config, run);
  try {
    run.say(`uploading playbooks to ${staging}`);
    await communicator.uploadTree(gathered.directory, staging, { signal });
    await installRequirements(config, staging, run);
    for (const playbook of playbooksOf(config)) {
      await runPlaybook(
        config,
        { staging, inventory: gathered.inventory, playbook: playbookPlace(config, playbook) },
        run,
      );
    }
  } finally {
    if (config.clean_staging_directory) await removeStaging(staging, run);
  }
}
