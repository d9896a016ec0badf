import type { Communicator } from '../contract/communicator.ts';
import type { KnownToBuilder } from './known-to-builder.ts';
import { noneCommunicator } from './none.ts';
import type { CommunicatorOptions } from './options.gen.ts';
import { sshOptionsFrom } from './ssh/config.ts';
import { connectSsh } from './ssh/index.ts';
import type { SshRun } from './ssh/options.ts';
import { winrmOptionsFrom } from './winrm/config.ts';
import { connectWinrm } from './winrm/index.ts';

/** The way into the guest that the template's `communicator` names. Throws what `connectSsh` and `connectWinrm` throw. */
export async function connectGuest(
  config: CommunicatorOptions,
  known: KnownToBuilder,
  run: SshRun,
): Promise<Communicator> {
  switch (config.communicator) {
    case 'none':
      return noneCommunicator;
    case 'winrm':
      return connectWinrm(winrmOptionsFrom(config, known), run);
    default:
      return connectSsh(sshOptionsFrom(config, known), run);
  }
}
