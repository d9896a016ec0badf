import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost } from '../../../plugins/sdk/guest.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';

/** What goes before a command that needs root: "sudo ", or nothing when it is not needed or not wanted. */
export async function rootPrefix(config: SaltMasterlessProvisionerConfig, run: ProvisionRun): Promise<string> {
  if (config.disable_sudo) return '';
  const { outputTail, disconnected } = await run.communicator.exec('id -u', { signal: run.signal });
  if (disconnected) throw guestLost();
  return outputTail.trim() === '0' ? '' : 'sudo ';
}
