import type { Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVE_END, entryHeader, padding, type TarEntry } from './header.ts';

/** Files up to this size are read whole, several at a time. */
const SMALL = 256 * 1024;
const READ_AT_ONCE = 32;
/** Small pieces are put together: a packet each would cost more than their contents. */
const PIECE = 256 * 1024;

interface Found {
  /** Below the directory. */
  readonly path: string;
  readonly stats: Stats;
}

async function* walk(directory: string, below: string): AsyncGenerator<Found> {
  const names = (await readdir(join(directory, below))).sort();
  for (let start = 0; start < names.length; start += READ_AT_ONCE) {
    const some = names.slice(start, start + READ_AT_ONCE);
    const found = await Promise.all(
      some.map(async (name): Promise<Found> => {
        const path = below === '' ? name : `${below}/${name}`;
        return { path, stats: await lstat(join(directory, path)) };
      }),
    );
    for (const one of found) {
      yield one;
      if (one.stats.isDirectory()) yield* walk(directory, one.path);
    }
  }
}

function typeOf(stats: Stats): TarEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

interface Loaded {
  readonly entry: TarEntry;
  /** Contents of a small file. */
  readonly content: Buffer | undefined;
}

async function load(directory: string, { path, stats }: Found): Promise<Loaded> {
  const type = typeOf(stats);
  const full = join(directory, path);
  const content = type === 'file' && stats.size <= SMALL ? await readFile(full) : undefined;
  const entry: TarEntry = {
    path: type === 'directory' ? `${path}/` : path,
    type,
    size: type === 'file' ? (content?.length ?? stats.size) : 0,
    mode: stats.mode & 0o7777,
    modified: stats.mtimeMs / 1000,
    target: type === 'symlink' ? await readlink(full) : '',
  };
  return { entry, content };
}

async function* contents(path: string, size: number): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r');
  for (let done = 0; done < size;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(PIECE, size - done)) });
    if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* loaded(directory: string): AsyncGenerator<Loaded> {
  let batch: Promise<Loaded>[] = [];
  for await (const found of walk(directory, '')) {
    const one = load(directory, found);
    one.catch(() => undefined);
    batch.push(one);
    if (batch.length < READ_AT_ONCE) continue;
    for (const next of batch) yield await next;
    batch = [];
  }
  for (const next of batch) yield await next;
}

async function* pieces(directory: string, onSkipped: (path: string) => void): AsyncGenerator<Buffer> {
  for await (const { entry, content } of loaded(directory)) {
    if (entry.type === 'other') {
      onSkipped(entry.path);
      continue;
    }
    yield entryHeader(entry);
    if (content !== undefined) yield content;
    else if (entry.type === 'file') yield* contents(join(directory, entry.path), entry.size);
    if (entry.size > 0) yield padding(entry.size);
  }
  yield ARCHIVE_END;
}

/**
 * A tar archive of what is in `directory`, without the directory itself, in the order of names. Owners are left out.
 * Sockets, pipes and devices are skipped. Throws what reading the files throws.
 */
export async function* packDirectory(directory: string, onSkipped: (path: string) => void): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces(directory, onSkipped)) {
    waiting.push(piece);
    size += piece.length;
    if (size < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  yield Buffer.concat(waiting);
}
