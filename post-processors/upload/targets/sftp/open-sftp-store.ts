import { userInfo } from 'node:os';
import { openFileServer, type FileServer } from '../../../../plugins/sdk/guest.ts';
import { KilnError, StepError } from '../../../../plugins/sdk/index.ts';
import type { TargetOptions } from '../../plan/plan-uploads.ts';
import type { TargetUrl } from '../../plan/target-url.ts';
import { interrupted, refused } from '../../../_transfer/failure.ts';
import type { OpenStore, StoreSetting } from '../opening.ts';
import type { Tree } from '../_tree/tree.ts';
import { treeStore } from '../_tree/tree-store.ts';

const PART = 8 * 1_048_576;

/** What a server said no to stays so; anything else about the connection may pass. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof KilnError)) return error;
  if (error.code === 'FILE_SERVER_REFUSED') return refused(error.message, undefined, error);
  return error.code.startsWith('COMMUNICATOR_') || error.code === 'SSH_UNREACHABLE' || error.code === 'SSH_TIMEOUT'
    ? interrupted(error.message, error)
    : error;
}

/** Logs in to the server of a target. */
export async function connectServer(
  { host, port = 22, user }: TargetUrl,
  options: TargetOptions,
  { silence, ...run }: StoreSetting,
): Promise<FileServer> {
  const { ssh_private_key_file: privateKeyFile, ssh_password: password, ssh_host_key: hostKeys } = options;
  const knownHostsFile = options.ssh_known_hosts_file ?? (hostKeys === undefined ? '~/.ssh/known_hosts' : undefined);
  return openFileServer(
    {
      host,
      port,
      username: user === '' ? userInfo().username : user,
      password,
      privateKeyFile,
      passphrase: options.ssh_private_key_passphrase,
      agent: privateKeyFile === undefined && password === undefined,
      hostKeys,
      knownHostsFile,
      patience: silence,
    },
    run,
  );
}

/** The files of an SSH server as a tree. */
export function serverTree(server: FileServer): Tree {
  const patiently = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw failureOf(error);
    }
  };
  return {
    write: { partSize: PART, at: (path, position, bytes) => patiently(server.writeAt(path, position, bytes)) },
    look: (path) => patiently(server.look(path)),
    list: (directory) => patiently(server.list(directory)),
    makeDirectory: (path) => patiently(server.makeDirectory(path)),
    put: async (path, bytes) => {
      await patiently(server.remove(path));
      await patiently(server.writeAt(path, 0, bytes));
    },
    read: (path, take) => patiently(server.read(path, take)),
    move: (from, to) => patiently(server.move(from, to)),
    settle: (path) => patiently(server.settle(path)),
    remove: (path) => patiently(server.remove(path)),
    room: (directory) => patiently(server.room(directory)),
    digest: (path) => patiently(server.digest(path)),
    close: () => server.close(),
  };
}

/** What begins with "/~/" is in the login's home. */
export function serverPath(name: string): string {
  return name.startsWith('/~/') ? name.slice(1) : name;
}

const UNKNOWN_SERVER = ['SSH_HOST_KEY_UNKNOWN', 'SSH_KNOWN_HOSTS_UNREADABLE'];

/** The files of an SSH server, by SFTP. */
export const openSftpStore: OpenStore = async (url, options, setting) => {
  const server = await connectServer(url, options, setting).catch((error: unknown) => {
    if (!(error instanceof KilnError) || !UNKNOWN_SERVER.includes(error.code)) throw error;
    throw new StepError(error.message, {
      code: error.code,
      hint: 'name the server\'s key by ssh_host_key, or a file that has it by ssh_known_hosts_file; "ssh-keyscan HOST" shows it',
      pointer: '/ssh_known_hosts_file',
      cause: error,
    });
  });
  return treeStore(serverTree(server), {
    urlOf: (name) => `sftp://${url.authority}${name}`,
    pathOf: serverPath,
    noted: options.keep_last !== undefined,
    signal: setting.signal,
  });
};
