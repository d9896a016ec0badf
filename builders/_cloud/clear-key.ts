import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';
import type { BuildRun, Communicator } from '../../plugins/sdk/index.ts';
import { clearKey } from '../_shared/clear-key.ts';
import type { KeyPair } from './key-pair.ts';

/**
 * Takes the temporary key out of the guest's authorized_keys files, when the template asks for it. The comment of the key
 * there has to be the name of the key pair.
 */
export async function clearTemporaryKey(
  config: CommunicatorOptions,
  guest: Communicator,
  { name, privateKey }: KeyPair,
  build: BuildRun,
): Promise<void> {
  if (config.communicator !== 'ssh' || !config.ssh_clear_authorized_keys) return;
  if (privateKey === undefined || name === undefined) return;
  await clearKey([` ${name}$`], guest, build);
}
