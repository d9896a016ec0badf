import { StepError, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { closeConnections } from '../_ssh-client/close-connections.ts';
import { makeWorkspace } from '../_ssh-client/make-workspace.ts';
import { writeSecrets } from '../_ssh-client/write-secrets.ts';
import type { SaltSshProvisionerConfig } from './config.gen.ts';
import { applyStates } from './steps/apply-states.ts';
import { findSudo } from './steps/find-sudo.ts';
import { removeThin } from './steps/remove-thin.ts';
import { writeConfiguration } from './steps/write-configuration.ts';
import { writeClients } from './steps/write-clients.ts';

export async function provision(config: SaltSshProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { address } = run.communicator;
  if (address === undefined || address.throughSocks === true) {
    throw new StepError('salt-ssh cannot log in to this guest by itself', {
      code: 'SALT_NO_ADDRESS',
      hint: 'use the communicator "ssh" without ssh_proxy_host, or the provisioner "salt-masterless"',
    });
  }
  const sudo = await findSudo(config, run);
  const workspace = await makeWorkspace("Salt's roster and connections", run);
  const files = await writeSecrets(address, workspace, run);
  const clients = await writeClients(address, files, workspace);
  const configuration = await writeConfiguration(config, address, sudo, workspace, run);
  try {
    await applyStates(config, { configuration, clients, files }, run);
  } finally {
    await closeConnections(workspace);
    await removeThin(configuration.thinDirectory, sudo, run);
  }
}
