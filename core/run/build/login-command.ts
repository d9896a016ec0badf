import type { GuestAddress } from '../../contract/communicator.ts';
import { shellWord } from '../../scripts/quote.ts';

const SSH_PORT = 22;

/** The command line with which a person gets into the guest; a password is not in it. */
export function loginCommand({ host, port, user, privateKeyFile }: GuestAddress): string {
  const words = [
    'ssh',
    // A guest's host key is new with each build and is none to remember.
    ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
    ...(port === SSH_PORT ? [] : ['-p', String(port)]),
    ...(privateKeyFile === undefined ? [] : ['-i', shellWord(privateKeyFile), '-o', 'IdentitiesOnly=yes']),
    shellWord(`${user}@${host}`),
  ];
  return words.join(' ');
}
