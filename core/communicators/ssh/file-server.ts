import { Writable } from 'node:stream';
import type { SFTPWrapper, Stats } from 'ssh2';
import { StepError } from '../../errors/errors.ts';
import type { ConnectRun } from '../../contract/communicator-type.ts';
import type { ReconnectingConnection } from './connection.ts';
import { answerOf, confirmed, withSftp } from './files/sftp-session.ts';
import { blocks, inParallel, moveInto, sftpPath, sftpReadInOrder } from './files/sftp-file.ts';
import { openConnection } from './open-connection.ts';
import type { SshConnectOptions } from './options.ts';
import { runOverConnection } from './command/run-over-connection.ts';

/** An SSH server that keeps files, and who logs in to it. */
export interface FileServerOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string | undefined;
  /** Path of a private key; a leading "~/" is the home directory. */
  readonly privateKeyFile: string | undefined;
  /** Opens the private key when it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Path of a user certificate that belongs to the private key; a leading "~/" is the home directory. */
  readonly certificateFile?: string | undefined;
  /** Use the agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
  /** As "TYPE BASE64". With none the server has to be in `knownHostsFile`. */
  readonly hostKeys: readonly string[] | undefined;
  readonly knownHostsFile: string | undefined;
  /** How long the server may let nobody in before it counts as unreachable, and be silent before a connection counts as lost. Milliseconds. */
  readonly patience: number;
}

/** What is at a path of a server. */
export interface FileFacts {
  readonly size: number;
  /** Seconds since the epoch. */
  readonly changed: number;
  readonly isDirectory: boolean;
}

/**
 * The files of an SSH server, by SFTP; paths that begin with "~/" are in the login's home. A lost connection is made anew by the next call.
 * All throw what `connectSsh` throws, `CommandError` COMMUNICATOR_LOST when the connection went away under way, and
 * `StepError` FILE_SERVER_REFUSED when the server does not do what it was asked for.
 */
export interface FileServer {
  look(path: string): Promise<FileFacts | undefined>;
  /** Names; none when there is no such directory. */
  list(directory: string): Promise<readonly string[]>;
  /** With those above it. */
  makeDirectory(path: string): Promise<void>;
  /** Writes into a file, which is made when it is not there; resolves when the server has it. */
  writeAt(path: string, position: number, bytes: Buffer): Promise<void>;
  read(path: string, take: (chunk: Buffer) => void): Promise<void>;
  /** Replaces what is at `to`, in one step where the server can. */
  move(from: string, to: string): Promise<void>;
  /** Has a file put on the server's disk, where the server can. */
  settle(path: string): Promise<void>;
  /** What is not there counts as removed. */
  remove(path: string): Promise<void>;
  /** Bytes that may still be written; undefined when the server does not tell. */
  room(directory: string): Promise<number | undefined>;
  /** A file's SHA-256 in lower-case hex, computed over there; undefined when the server runs no `sha256sum`. */
  digest(path: string): Promise<string | undefined>;
  /** Never throws. */
  close(): Promise<void>;
}

const NO_SUCH_FILE = 2;

function isMissing(error: unknown): boolean {
  return Reflect.get(Object(error), 'code') === NO_SUCH_FILE;
}

function optionsOf(server: FileServerOptions): SshConnectOptions {
  const { hostKeys, knownHostsFile, patience, ...endpoint } = server;
  return {
    guest: { ...endpoint, privateKey: undefined },
    timeout: patience,
    // A server that keeps files does not boot just now: a login that it refuses once it refuses again.
    attempts: 1,
    nameTimeout: 1,
    bastion: undefined,
    proxy: undefined,
    forwardAgent: false,
    pty: false,
    keepAliveInterval: Math.min(10_000, Math.max(1000, Math.floor(patience / 4))),
    silenceLimit: patience,
    ciphers: undefined,
    keyExchangeAlgorithms: undefined,
    transferMethod: 'sftp',
    localTunnels: [],
    remoteTunnels: [],
    pauseBeforeConnecting: 0,
    hostKeys,
    knownHostsFile,
  };
}

/** The free bytes that the extension statvfs@openssh.com tells of. */
async function freeBytes(sftp: SFTPWrapper, path: string): Promise<number | undefined> {
  const facts = await answerOf<{ f_frsize: number; f_bavail: number }>((done) =>
    sftp.ext_openssh_statvfs(path, done as Parameters<SFTPWrapper['ext_openssh_statvfs']>[1]),
  ).catch(() => undefined);
  return facts === undefined ? undefined : facts.f_frsize * facts.f_bavail;
}

async function makeDirectories(sftp: SFTPWrapper, path: string): Promise<void> {
  const there = await answerOf<Stats>((done) => sftp.stat(path, done)).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  const above = path.replace(/\/+[^/]+\/*$/, '');
  if (above !== '' && above !== path) await makeDirectories(sftp, above);
  await confirmed((done) => sftp.mkdir(path, done)).catch(async (error: unknown) => {
    // Somebody else may have made it just now.
    const made = await answerOf<Stats>((done) => sftp.stat(path, done)).catch(() => undefined);
    if (made?.isDirectory() !== true) throw error;
  });
}

async function digestOver(
  link: ReconnectingConnection,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const quoted = `'${sftpPath(path).replaceAll("'", `'\\''`)}'`;
  const command = `sha256sum -b ${quoted.startsWith("'-") ? `'./'${quoted}` : quoted}`;
  const ended = await runOverConnection(link, command, { signal, stdout, terminal: false, forwardAgent: false }).catch(
    () => undefined,
  );
  if (ended?.exitStatus !== 0) return undefined;
  return /^\\?([0-9a-f]{64}) /.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
}

/** Logs in. Throws as `FileServer` does. */
export async function openFileServer(server: FileServerOptions, run: ConnectRun): Promise<FileServer> {
  const { signal } = run;
  const link = await openConnection(optionsOf(server), { ...run, say: (text) => run.debug(text) });

  async function ask<T>(doing: string, body: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    let answer: { readonly value: T } | undefined;
    const offered = await withSftp(link, doing, signal, async (sftp) => {
      try {
        answer = { value: await body(sftp) };
      } catch (error) {
        // Only what the server answers has a number; other errors are of the connection or of this machine.
        if (typeof Reflect.get(Object(error), 'code') !== 'number') throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new StepError(`${server.host} refuses: ${doing}: ${reason}`, {
          code: 'FILE_SERVER_REFUSED',
          cause: error,
        });
      }
    });
    if (answer !== undefined) return answer.value;
    const reason = offered ? 'the session ended' : 'it offers no SFTP';
    throw new StepError(`${server.host}: ${reason}`, { code: 'FILE_SERVER_REFUSED' });
  }

  return {
    look: (path) =>
      ask(`look at ${path}`, async (sftp) => {
        const found = await answerOf<Stats>((done) => sftp.stat(sftpPath(path), done)).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
          return undefined;
        });
        return found && { size: found.size, changed: found.mtime, isDirectory: found.isDirectory() };
      }),
    list: (directory) =>
      ask(`list ${directory}`, async (sftp) => {
        const found = await answerOf<readonly { filename: string }[]>((done) =>
          sftp.readdir(sftpPath(directory), done),
        ).catch((error: unknown): readonly { filename: string }[] => {
          if (!isMissing(error)) throw error;
          return [];
        });
        return found.map(({ filename }) => filename);
      }),
    makeDirectory: (path) => ask(`make the directory ${path}`, (sftp) => makeDirectories(sftp, sftpPath(path))),
    writeAt: (path, position, bytes) =>
      ask(`write ${path}`, async (sftp) => {
        const name = sftpPath(path);
        const handle = await answerOf<Buffer>((done) => sftp.open(name, 'r+', done)).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
          return answerOf<Buffer>((done) => sftp.open(name, 'w', { mode: 0o644 }, done));
        });
        await inParallel(blocks(bytes), (block) =>
          confirmed((done) => sftp.write(handle, block.bytes, 0, block.bytes.length, position + block.position, done)),
        );
        await confirmed((done) => sftp.close(handle, done));
      }),
    read: (path, take) => ask(`read ${path}`, (sftp) => sftpReadInOrder(sftp, path, take)),
    move: (from, to) => ask(`rename ${from} to ${to}`, (sftp) => moveInto(sftp, sftpPath(from), sftpPath(to))),
    settle: (path) =>
      ask(`write ${path}`, async (sftp) => {
        const handle = await answerOf<Buffer>((done) => sftp.open(sftpPath(path), 'r+', done));
        await confirmed((done) => sftp.ext_openssh_fsync(handle, done)).catch((error: unknown) => {
          // The library says so without a number when the server has no such extension.
          if (typeof Reflect.get(Object(error), 'code') === 'number') throw error;
        });
        await confirmed((done) => sftp.close(handle, done));
      }),
    remove: (path) =>
      ask(`remove ${path}`, (sftp) =>
        confirmed((done) => sftp.unlink(sftpPath(path), done)).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        }),
      ),
    room: (directory) => ask(`look at ${directory}`, (sftp) => freeBytes(sftp, sftpPath(directory))),
    digest: (path) => digestOver(link, path, signal),
    close: () => link.close(),
  };
}
