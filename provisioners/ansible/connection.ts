import { shellWord, type GuestAddress, type JsonObject } from '../../plugins/sdk/index.ts';

type ServerAddress = NonNullable<GuestAddress['bastion']>;

/** Files that only Kiln's user can read, made for one run of Ansible. */
export interface ConnectionFiles {
  readonly knownHosts: string;
  /** Answers an SSH client that asks for a password or passphrase; undefined when there is none to give. */
  readonly askPass: string | undefined;
}

const SHARED_CONNECTION = '-C -o ControlMaster=auto -o ControlPersist=60s';
/** Ansible turns passwords off when it was given none itself; what its SSH client is told first wins. */
const BY_PASSWORD = '-o PasswordAuthentication=yes -o KbdInteractiveAuthentication=yes -o NumberOfPasswordPrompts=1';
const METHODS = '-o PreferredAuthentications=publickey,keyboard-interactive,password';

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

/** What Ansible has to know of the guest besides its address; no secrets. */
export function connectionVariables(address: GuestAddress, files: ConnectionFiles): JsonObject {
  const { privateKeyFile, password, bastion } = address;
  const common = [
    ...pinned(address, files),
    ...(privateKeyFile === undefined ? [] : ['-o', 'IdentitiesOnly=yes']),
    ...(bastion === undefined ? [] : overBastion(bastion, files)),
  ];
  const byPassword = files.askPass !== undefined && password !== undefined && password !== '';
  return {
    ansible_ssh_common_args: common.map(shellWord).join(' '),
    ...(privateKeyFile === undefined ? {} : { ansible_ssh_private_key_file: privateKeyFile }),
    ...(byPassword ? { ansible_ssh_args: `${BY_PASSWORD} ${METHODS} ${SHARED_CONNECTION}` } : {}),
  };
}

/** What an SSH client may ask, by a part of its question, and the file that has the answer. */
export interface Answer {
  readonly question: string;
  readonly file: string;
}

/** A program for SSH_ASKPASS that gives each answer to its own question and to no other. */
export function askPassScript(answers: readonly Answer[]): string {
  const cases = answers.map(({ question, file }) => `*${shellWord(question)}*) exec cat ${shellWord(file)} ;;\n`);
  return `#!/bin/sh\ncase "$1" in\n${cases.join('')}esac\nexit 1\n`;
}
