import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { SessionRequest } from './driver.ts';

/** Where distributions have the program that serves SFTP. */
const SFTP_SERVERS = [
  '/usr/lib/openssh/sftp-server',
  '/usr/lib/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/libexec/sftp-server',
  '/usr/lib/ssh/sftp-server',
];

const FIND_SFTP =
  `for f in ${SFTP_SERVERS.join(' ')}; do if [ -x "$f" ]; then exec "$f" -e; fi; done; ` +
  'echo "the guest has no sftp-server" >&2; exit 127';

function withEnvironment(command: string, environment: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(environment).filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  if (pairs.length === 0) return command;
  const words = pairs.map(([name, value]) => shellWord(`${name}=${value}`));
  return `exec env ${words.join(' ')} sh -c ${shellWord(command)}`;
}

/** The command in the guest that does what a client asks for; undefined for what the proxy does not have. */
export function guestCommand(
  { asked, environment }: Pick<SessionRequest, 'asked' | 'environment'>,
  sftpCommand: string | undefined,
): string | undefined {
  if ('command' in asked) return withEnvironment(asked.command, environment);
  if (asked.subsystem !== 'sftp') return undefined;
  return sftpCommand ?? `exec sh -c ${shellWord(FIND_SFTP)}`;
}
