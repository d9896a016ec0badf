import { shellWord } from '../../plugins/sdk/guest.ts';
import type { GuestAddress } from '../../plugins/sdk/index.ts';

type ServerAddress = NonNullable<GuestAddress['bastion']>;

/** Files that only Kiln's user can read, made for one run of a program that brings its own SSH client. */
export interface ConnectionFiles {
  readonly knownHosts: string;
  /** Answers an SSH client that asks for a password or passphrase; undefined when there is none to give. */
  readonly askPass: string | undefined;
}

/** Options of an SSH client that hold it to the host key that the build has seen. */
function pinned({ knownHostsLine }: ServerAddress, files: ConnectionFiles): readonly string[] {
  return knownHostsLine === undefined
    ? ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null']
    : ['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${files.knownHosts} ~/.ssh/known_hosts`];
}

/** The way to the guest over its jump host. ProxyJump would not take the key and the host key. */
function overBastion(bastion: ServerAddress, files: ConnectionFiles): readonly string[] {
  const { host, port, user, privateKeyFile } = bastion;
  const words = [
    ...pinned(bastion, files),
    ...(privateKeyFile === undefined ? [] : ['-i', privateKeyFile, '-o', 'IdentitiesOnly=yes']),
    ...['-o', 'NumberOfPasswordPrompts=1', '-p', String(port), '-l', user, host],
  ];
  const command = words.map((word) => shellWord(word.replaceAll('%', '%%'))).join(' ');
  return ['-o', `ProxyCommand=ssh -W [%h]:%p ${command}`];
}

/** Arguments with which OpenSSH's client comes to the guest as the build does, the key and the address left out. */
export function clientOptions(address: GuestAddress, files: ConnectionFiles): readonly string[] {
  const { privateKeyFile, bastion } = address;
  return [
    ...pinned(address, files),
    ...(privateKeyFile === undefined ? [] : ['-o', 'IdentitiesOnly=yes']),
    ...(bastion === undefined ? [] : overBastion(bastion, files)),
  ];
}

/** What lets a client log in with the password that SSH_ASKPASS gives; nothing when there is none. */
export function passwordOptions({ password }: GuestAddress, files: ConnectionFiles): readonly string[] {
  if (files.askPass === undefined || password === undefined || password === '') return [];
  const methods = 'PreferredAuthentications=publickey,keyboard-interactive,password';
  const options = ['PasswordAuthentication=yes', 'KbdInteractiveAuthentication=yes', 'NumberOfPasswordPrompts=1'];
  return [...options, methods].flatMap((option) => ['-o', option]);
}

/** Environment for a program whose SSH client asks for passwords. */
export function askPassEnvironment({ askPass }: ConnectionFiles): Readonly<Record<string, string>> {
  return askPass === undefined ? {} : { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force' };
}
