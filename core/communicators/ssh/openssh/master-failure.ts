import { StepError } from '../../../errors/errors.ts';

interface Sign {
  readonly pattern: RegExp;
  readonly code: string;
  readonly guest?: 'not-ready';
  readonly message: (place: string, found: string) => string;
}

/** What OpenSSH writes when it gives up, most telling first. */
const SIGNS: readonly Sign[] = [
  {
    // OpenSSH calls a key changed when another one of its type is known, whoever named that.
    pattern:
      /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key .* revoked|No \S+ host key is known for|Host key verification failed/,
    code: 'SSH_HOST_KEY_UNKNOWN',
    message: (place) => `the host key of ${place} is not among those that are known`,
  },
  {
    pattern: /incorrect passphrase supplied to decrypt private key/,
    code: 'SSH_KEY_PASSPHRASE',
    message: (_, found) => found,
  },
  {
    pattern: /Bad configuration option|terminating, \d+ bad configuration|Bad SSH2|Can't open user config file/,
    code: 'SSH_OPTION_UNUSABLE',
    message: (_, found) => `OpenSSH does not take its configuration: ${found}`,
  },
  {
    pattern: /Could not resolve hostname .*: (?:Name or service not known|nodename nor servname|Name does not resolve)/,
    code: 'SSH_NAME_UNKNOWN',
    message: (place, found) => `${place} cannot be reached: ${found}`,
  },
  {
    pattern: /Permission denied|Too many authentication failures|No more authentication methods|no such identity/i,
    code: 'SSH_LOGIN_REFUSED',
    guest: 'not-ready',
    message: (place, found) => `${place} refused the login: ${found}`,
  },
  {
    pattern:
      /Unable to negotiate|no matching|Bad packet length|Protocol major versions|banner line contains|Bad remote/,
    code: 'SSH_HANDSHAKE_FAILED',
    guest: 'not-ready',
    message: (place, found) => `the SSH handshake with ${place} failed: ${found}`,
  },
];

/** The line of OpenSSH's log that tells why it gave up. */
function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^debug\d|^Warning: Perm|^@@|^stdio forwarding/.test(line));
  return lines.at(-1)?.trim() ?? 'it gives no reason';
}

/** Why there is no login, from what OpenSSH wrote. */
export function masterFailure(place: string, log: string): StepError {
  for (const { pattern, code, guest, message } of SIGNS) {
    const line = log.split('\n').findLast((one) => pattern.test(one));
    if (line !== undefined) return new StepError(message(place, line.trim()), { code, guest });
  }
  return new StepError(`${place} cannot be reached: ${lastWords(log)}`, { code: 'SSH_UNREACHABLE' });
}

/** Whether a log tells of something that is no matter of a connection. */
export function tellsFailure(log: string): boolean {
  return SIGNS.some(({ pattern }) => pattern.test(log));
}
