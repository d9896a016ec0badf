import { StepError, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';
import { checkVersion } from './steps/check-version.ts';
import { closeConnections } from '../_ssh-client/close-connections.ts';
import { installRequirements } from './steps/install-requirements.ts';
import { makeWorkspace } from '../_ssh-client/make-workspace.ts';
import { runPlaybook } from './steps/run-playbook.ts';
import { writeInventories } from './steps/write-inventories.ts';
import { writeSecrets } from '../_ssh-client/write-secrets.ts';
import { wantsProxy } from './wants-proxy.ts';
import type { WayToGuest } from './way-to-guest.ts';

function noWay(): StepError {
  return new StepError('Ansible cannot get to this guest: the build has no SSH connection', {
    code: 'ANSIBLE_NO_ADDRESS',
    hint: 'use the communicator "ssh", or the provisioner "ansible-local" with Ansible in the guest',
  });
}

/** Where Ansible logs in by itself. Throws `StepError` ANSIBLE_NO_ADDRESS. */
function ownWay(run: ProvisionRun): WayToGuest {
  const { address } = run.communicator;
  if (address === undefined) throw noWay();
  if (address.throughSocks === true) {
    run.warn('Ansible does not know of ssh_proxy_host; without "use_proxy": false it comes through Kiln');
  }
  return { address, failure: () => undefined, close: () => Promise.resolve() };
}

export async function provision(config: AnsibleProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { kind } = run.communicator;
  const own = wantsProxy(config, run.communicator) ? undefined : ownWay(run);
  if (kind === 'none' || kind === 'winrm') throw noWay();
  if (!config.skip_version_check) await checkVersion(config, run);
  if (config.galaxy_file !== undefined) {
    await installRequirements(config, config.galaxy_file, run);
  }
  const workspace = await makeWorkspace("Ansible's inventory and connections", run);
  // It loads the SSH library, which a play without it has no use for.
  const { address, failure, close } =
    own ?? (await (await import('./steps/open-proxy.ts')).openProxy(config, workspace, run));
  try {
    const guest = config.user === undefined ? address : { ...address, user: config.user };
    const files = await writeSecrets(guest, workspace, run);
    const inventories = await writeInventories(config, guest, files, workspace, run);
    await runPlaybook({ config, guest, workspace, files, inventories, failure }, run);
  } finally {
    await closeConnections(workspace);
    await close();
  }
}
