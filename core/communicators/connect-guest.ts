import type { BuildData } from '../run/build-run.ts';
import type { Communicator } from './communicator.ts';
import type { KnownToBuilder } from './known-to-builder.ts';
import { noneCommunicator } from './none.ts';
import { sshOptionsFrom, type CommunicatorOptions } from './ssh/config.ts';
import { connectSsh } from './ssh/index.ts';
import type { SshRun } from './ssh/options.ts';
import { winrmOptionsFrom } from './winrm/config.ts';
import { connectWinrm } from './winrm/index.ts';

export interface Connected {
  readonly guest: Communicator;
  /** What the template function `build` says of the connection. */
  readonly data: BuildData;
}

/** The way into the guest that the template's `communicator` names. Throws what `connectSsh` and `connectWinrm` throw. */
export async function connectGuest(
  config: CommunicatorOptions,
  known: KnownToBuilder,
  run: SshRun,
): Promise<Connected> {
  if (config.communicator === 'none') return { guest: noneCommunicator, data: { ConnType: 'none' } };
  if (config.communicator === 'winrm') {
    const options = winrmOptionsFrom(config, known);
    const { host, port, username, password } = options;
    const data = { ConnType: 'winrm', Host: host, Port: port, User: username, Password: password };
    return { guest: await connectWinrm(options, run), data };
  }
  const options = sshOptionsFrom(config, known);
  const { host, port, username, password } = options.guest;
  const data = { ConnType: 'ssh', Host: host, Port: port, User: username };
  return {
    guest: await connectSsh(options, run),
    data: password === undefined ? data : { ...data, Password: password },
  };
}
