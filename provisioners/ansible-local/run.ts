import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';
import { gatherInputs } from './steps/gather-inputs.ts';
import { installRequirements } from './steps/install-requirements.ts';
import { removeFromGuest } from './steps/remove-from-guest.ts';
import { runPlaybook } from './steps/run-playbook.ts';
import { PRIVATE, writePlays } from './steps/write-plays.ts';

const DEFAULT_PARENT = '/tmp/packer-provisioner-ansible-local';

export async function provision(config: AnsibleLocalProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const staging = config.staging_directory ?? `${DEFAULT_PARENT}/${crypto.randomUUID()}`;
  const gathered = await gatherInputs(config, run);
  const plays = await writePlays(config, gathered, staging, run);
  try {
    run.say(`uploading playbooks to ${staging}`);
    await communicator.uploadTree(gathered.directory, staging, { signal });
    await installRequirements(config, staging, run);
    for (const play of plays) await runPlaybook(play, staging, run);
  } finally {
    await removeFromGuest(config.clean_staging_directory ? staging : `${staging}/${PRIVATE}`, run);
  }
}
