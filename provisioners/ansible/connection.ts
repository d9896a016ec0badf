import { shellWord, type GuestAddress, type JsonObject } from '../../plugins/sdk/index.ts';

/** Files that only Kiln's user can read, made for one run of Ansible. */
export interface ConnectionFiles {
  readonly knownHosts: string;
  /** Prints the password to an SSH client that asks for the guest's; undefined when there is none to give. */
  readonly askPass: string | undefined;
}

const SHARED_CONNECTION = '-C -o ControlMaster=auto -o ControlPersist=60s';
/** Ansible turns passwords off when it was given none itself; what its SSH client is told first wins. */
const BY_PASSWORD = '-o PasswordAuthentication=yes -o KbdInteractiveAuthentication=yes -o NumberOfPasswordPrompts=1';
const METHODS = '-o PreferredAuthentications=publickey,keyboard-interactive,password';

/** What Ansible has to know of the guest besides its address; no secrets. */
export function connectionVariables(address: GuestAddress, files: ConnectionFiles): JsonObject {
  const { privateKeyFile, knownHostsLine } = address;
  const pinned =
    knownHostsLine === undefined
      ? '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'
      : `-o StrictHostKeyChecking=yes -o ${shellWord(`UserKnownHostsFile=${files.knownHosts} ~/.ssh/known_hosts`)}`;
  const ownKeyOnly = privateKeyFile === undefined ? '' : ' -o IdentitiesOnly=yes';
  return {
    ansible_ssh_common_args: `${pinned}${ownKeyOnly}`,
    ...(privateKeyFile === undefined ? {} : { ansible_ssh_private_key_file: privateKeyFile }),
    ...(files.askPass === undefined ? {} : { ansible_ssh_args: `${BY_PASSWORD} ${METHODS} ${SHARED_CONNECTION}` }),
  };
}

/** A program for SSH_ASKPASS that gives the password in `passwordFile` to nobody but the guest. */
export function askPassScript(user: string, host: string, passwordFile: string): string {
  const asked = `*${shellWord(`${user}@${host}`)}*`;
  return `#!/bin/sh\ncase "$1" in\n${asked}) exec cat ${shellWord(passwordFile)} ;;\nesac\nexit 1\n`;
}
