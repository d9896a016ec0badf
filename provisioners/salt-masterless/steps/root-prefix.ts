import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';

/** What goes before a command that needs root: "sudo ", or nothing when it is not needed or not wanted. */
export async function rootPrefix(config: SaltMasterlessProvisionerConfig, run: ProvisionRun): Promise<string> {
  if (config.disable_sudo) return '';
  const { outputTail, disconnected } = await run.communicator.exec('id -u', { signal: run.signal });
  if (disconnected) throw new CommandError('the guest went away', { code: 'COMMUNICATOR_LOST' });
  return outputTail.trim() === '0' ? '' : 'sudo ';
}
