import type { BuildRun, Communicator } from '../../../plugins/sdk/index.ts';
import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { clearKey } from '../../_shared/clear-key.ts';
import type { KeyPair } from '../instance/key-pair.ts';

/** Takes the temporary key out of the guest's authorized_keys files, when the template asks for it. */
export async function clearTemporaryKey(
  config: CommunicatorOptions,
  guest: Communicator,
  { name, privateKey }: KeyPair,
  build: BuildRun,
): Promise<void> {
  if (config.communicator !== 'ssh' || !config.ssh_clear_authorized_keys) return;
  if (privateKey === undefined || name === undefined) return;
  // EC2 writes the name of the key pair behind the key.
  await clearKey([` ${name}$`], guest, build);
}
