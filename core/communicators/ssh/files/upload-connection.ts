import { join } from 'node:path';
import type { ReconnectingConnection, ConnectionSource, SshConnection } from '../connection.ts';
import type { SshConnectOptions } from '../options.ts';
import type { ConnectRun } from '../../../contract/communicator-type.ts';
import { writeTemporaryFile } from '../../../run/scope/temporary-directory.ts';

const LOGIN_MILLISECONDS = 20_000;
/** Those that processors have instructions for, so that it is OpenSSH's speed and not the cipher's that counts. */
const FAST_CIPHERS = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'];

export interface UploadConnection extends ConnectionSource {
  /** Idempotent; never throws. */
  close(): Promise<void>;
}

/** The same guest over OpenSSH, which has to show the host keys that the first login has seen. */
async function sameGuest(
  link: ReconnectingConnection,
  options: SshConnectOptions,
  directory: string,
): Promise<SshConnectOptions> {
  const lines = [link.knownHostsLine('guest'), link.knownHostsLine('bastion')].filter((line) => line !== undefined);
  if (lines.length < (options.bastion === undefined ? 1 : 2)) throw new Error('the host keys are not known');
  const knownHostsFile = join(directory, 'known_hosts');
  await writeTemporaryFile(knownHostsFile, lines.map((line) => `${line}\n`).join(''));
  return { ...options, ciphers: options.ciphers ?? FAST_CIPHERS, hostKeys: undefined, knownHostsFile };
}

/**
 * A second connection, by OpenSSH, to the guest of a link. It is made when it is first asked for and kept until the
 * first one is made anew. Where OpenSSH does not get in, `login` gives the first one's, and that is not tried again.
 */
export function uploadConnection(
  link: ReconnectingConnection,
  options: SshConnectOptions,
  run: ConnectRun,
): UploadConnection {
  let current: Promise<SshConnection | undefined> | undefined;

  const open = async (signal: AbortSignal): Promise<SshConnection | undefined> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MILLISECONDS)]);
    try {
      const { temporaryDirectory } = run;
      if (temporaryDirectory === undefined) return undefined;
      const given = await sameGuest(link, options, await temporaryDirectory());
      const { openSshDialer } = await import('../openssh/dial-openssh.ts');
      return await (await openSshDialer(given, run)).dial(limit, () => undefined);
    } catch (error) {
      // Whoever asks next has more time.
      if (signal.aborted) current = undefined;
      run.debug(`no second connection by OpenSSH: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const drop = async (): Promise<void> => {
    const former = current;
    current = undefined;
    await (await former)?.end();
  };
  link.onLogin(() => void drop());
  return {
    login: async (signal) => {
      const first = await link.login(signal);
      // The first one's may have been made anew, and this one dropped, meanwhile.
      const former = await current;
      if (former?.alive() === false) current = undefined;
      const login = await (current ??= open(signal));
      return login?.alive() === true ? login : first;
    },
    close: drop,
  };
}
