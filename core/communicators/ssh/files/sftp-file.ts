import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import type { ConnectionSource } from '../connection.ts';
import { localFailure, transferFailed } from '../../transfer/guest-script.ts';
import { answerOf, confirmed, withSftp } from './sftp-session.ts';
import type { Upload } from '../../transfer/upload-content.ts';

const BLOCK = 32 * 1024;
/** Requests under way at once: a window of 2 MiB, as a channel has. */
const MOST_AT_ONCE = 64;

/** A path as SFTP takes it, which knows nothing of "~" and starts in the home directory. */
export function sftpPath(path: string): string {
  if (path === '~') return '.';
  return path.startsWith('~/') ? path.slice(2) : path;
}

/** Starts `task` for every piece of work, `MOST_AT_ONCE` at a time; ends with the first failure. */
export async function inParallel<T>(
  work: AsyncIterable<T> | Iterable<T>,
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  const active = new Set<Promise<unknown>>();
  for await (const item of work) {
    const one: Promise<unknown> = task(item).then(() => active.delete(one));
    active.add(one);
    one.catch(() => undefined);
    if (active.size >= MOST_AT_ONCE) await Promise.race(active);
  }
  await Promise.all(active);
}

/** What is sent in one request each. */
export async function* blocks(source: Readable | Uint8Array): AsyncGenerator<{ bytes: Buffer; position: number }> {
  let position = 0;
  const chunks: AsyncIterable<Buffer> | readonly Buffer[] =
    source instanceof Readable ? source : [Buffer.from(source.buffer, source.byteOffset, source.byteLength)];
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += BLOCK) {
      const bytes = chunk.subarray(start, start + BLOCK);
      yield { bytes, position };
      position += bytes.length;
    }
  }
}

/** Renames a file, also onto another one. */
export async function moveInto(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  try {
    await confirmed((done) => sftp.ext_openssh_rename(from, to, done));
  } catch {
    // Servers that are not OpenSSH's may not have it, and plain rename replaces nothing.
    await confirmed((done) => sftp.unlink(to, done)).catch(() => undefined);
    await confirmed((done) => sftp.rename(from, to, done));
  }
}

/** Temporary files in the guest that may be there since the connection was lost. */
export type Leftovers = Set<string>;

const NO_SUCH_FILE = 2;

export async function removeLeftovers(sftp: SFTPWrapper, leftovers: Leftovers): Promise<void> {
  for (const path of leftovers) {
    const failure: unknown = await confirmed((done) => sftp.unlink(path, done)).catch((error: unknown) => error);
    if (failure === undefined || Reflect.get(Object(failure), 'code') === NO_SUCH_FILE) leftovers.delete(path);
  }
}

/** Writes one file over an open session, whole or not at all; what it may leave behind is among `leftovers`. */
export async function sftpWrite(
  sftp: SFTPWrapper,
  upload: Upload,
  destination: string,
  leftovers: Leftovers,
): Promise<void> {
  const path = sftpPath(destination);
  const attributes = await answerOf<{ isDirectory(): boolean }>((done) => sftp.stat(path, done)).catch(() => undefined);
  if (attributes?.isDirectory() === true) throw new Error(`${destination} is a directory`);
  const target = await answerOf<string>((done) => sftp.realpath(path, done)).catch(() => path);
  const beside = `${target}.kiln-${randomBytes(4).toString('hex')}`;
  const openFile = (name: string): Promise<Buffer> => answerOf((done) => sftp.open(name, 'w', { mode: 0o600 }, done));
  let unfinished = beside;
  leftovers.add(beside);
  const handle = await openFile(beside).catch((error: unknown) => {
    if (attributes === undefined) throw error;
    unfinished = target;
    return openFile(target);
  });
  try {
    await inParallel(blocks(upload.open()), ({ bytes, position }) =>
      confirmed((done) => sftp.write(handle, bytes, 0, bytes.length, position, done)),
    );
    const { size } = await answerOf<{ size: number }>((done) => sftp.fstat(handle, done));
    if (size !== upload.size) throw new Error(`${size} of ${upload.size} bytes arrived`);
    await confirmed((done) => sftp.fchmod(handle, upload.mode, done));
    await confirmed((done) => sftp.close(handle, done));
    if (unfinished !== target) await moveInto(sftp, unfinished, target);
    leftovers.delete(beside);
  } catch (error) {
    await confirmed((done) => sftp.close(handle, done)).catch(() => undefined);
    await removeLeftovers(sftp, leftovers);
    throw error;
  }
}

function isLocal(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Runs `body` in an SFTP session; false when the guest offers none. Throws as the methods of `Communicator` do. */
export function sftpTransfer(
  link: ConnectionSource,
  doing: string,
  signal: AbortSignal,
  body: (sftp: SFTPWrapper) => Promise<void>,
): Promise<boolean> {
  return withSftp(link, doing, signal, async (sftp) => {
    try {
      await body(sftp);
    } catch (error) {
      if (isLocal(error)) throw localFailure(doing, error);
      throw transferFailed(doing, error instanceof Error ? error.message : String(error));
    }
  });
}

function* ranges(size: number): Generator<{ position: number; length: number }> {
  for (let position = 0; position < size; position += BLOCK) {
    yield { position, length: Math.min(BLOCK, size - position) };
  }
}

async function readRange(sftp: SFTPWrapper, handle: Buffer, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const count = await new Promise<number>((resolve, reject) =>
      sftp.read(handle, bytes, done, length - done, position + done, (error, read) => {
        if (error instanceof Error) reject(error);
        else resolve(read);
      }),
    );
    if (count === 0) throw new Error('the file became shorter while it was read');
    done += count;
  }
  return bytes;
}

async function readAll(
  sftp: SFTPWrapper,
  source: string,
  take: (bytes: Buffer, position: number) => Promise<unknown> | undefined,
): Promise<void> {
  const handle = await answerOf<Buffer>((done) => sftp.open(sftpPath(source), 'r', done));
  const { size } = await answerOf<{ size: number }>((done) => sftp.fstat(handle, done));
  await inParallel(ranges(size), async ({ position, length }) =>
    take(await readRange(sftp, handle, position, length), position),
  );
  await confirmed((done) => sftp.close(handle, done));
}

/** Reads one file over an open session in its order. */
export async function sftpReadInOrder(sftp: SFTPWrapper, source: string, take: (bytes: Buffer) => void): Promise<void> {
  const early = new Map<number, Buffer>();
  let taken = 0;
  await readAll(sftp, source, (bytes, position) => {
    early.set(position, bytes);
    for (let next = early.get(taken); next !== undefined; next = early.get(taken)) {
      early.delete(taken);
      taken += next.length;
      take(next);
    }
    return undefined;
  });
}

/** Reads one file over an open session into a new local one. */
export async function sftpRead(sftp: SFTPWrapper, source: string, path: string): Promise<void> {
  await using file = await open(path, 'w');
  await readAll(sftp, source, (bytes, position) => file.write(bytes, 0, bytes.length, position));
}
