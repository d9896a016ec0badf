import { StepError, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';
import { checkVersion } from './steps/check-version.ts';
import { closeConnections } from './steps/close-connections.ts';
import { installRequirements } from './steps/install-requirements.ts';
import { makeWorkspace } from './steps/make-workspace.ts';
import { runPlaybook } from './steps/run-playbook.ts';
import { writeInventories } from './steps/write-inventories.ts';
import { writeSecrets } from './steps/write-secrets.ts';

export async function provision(config: AnsibleProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { address } = run.communicator;
  if (address === undefined) {
    throw new StepError('Ansible cannot log in to this guest: the build has no SSH connection', {
      code: 'ANSIBLE_NO_ADDRESS',
      hint: 'use the communicator "ssh", or the provisioner "ansible-local" with Ansible in the guest',
    });
  }
  const guest = config.user === undefined || config.user === '' ? address : { ...address, user: config.user };
  if (!config.skip_version_check) await checkVersion(config, run);
  if (config.galaxy_file !== undefined && config.galaxy_file !== '') {
    await installRequirements(config, config.galaxy_file, run);
  }
  const workspace = await makeWorkspace(run);
  const files = await writeSecrets(guest, workspace, run);
  const inventories = await writeInventories(config, guest, files, workspace, run);
  try {
    await runPlaybook({ config, guest, workspace, files, inventories }, run);
  } finally {
    await closeConnections(workspace);
  }
}
