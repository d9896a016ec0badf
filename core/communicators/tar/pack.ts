import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVE_END, entryHeader, padding, type TarEntry } from './header.ts';

/**
 * Files up to this size are read whole, and without giving way: of ten thousand small files each would otherwise wait
 * for other threads five times, which on a busy machine takes ten times as long as reading them.
 */
const SMALL = 64 * 1024;
/** Small pieces are put together: a packet each would cost more than their contents. */
const PIECE = 256 * 1024;

interface Found {
  /** Below the directory. */
  readonly path: string;
  readonly stats: Stats;
}

function* walk(directory: string, below: string): Generator<Found> {
  for (const name of readdirSync(join(directory, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const found = { path, stats: lstatSync(join(directory, path)) };
    yield found;
    if (found.stats.isDirectory()) yield* walk(directory, path);
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

function load(directory: string, { path, stats }: Found): Loaded {
  const type = typeOf(stats);
  const full = join(directory, path);
  const content = type === 'file' && stats.size <= SMALL ? readFileSync(full) : undefined;
  const entry: TarEntry = {
    path: type === 'directory' ? `${path}/` : path,
    type,
    size: type === 'file' ? (content?.length ?? stats.size) : 0,
    mode: stats.mode & 0o7777,
    modified: stats.mtimeMs / 1000,
    target: type === 'symlink' ? readlinkSync(full) : '',
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

/**
 * A tar archive of what is in `directory`, without the directory itself, in the order of names. Owners are left out.
 * Sockets, pipes and devices are skipped. Throws what reading the files throws.
 */
export async function* packDirectory(directory: string, onSkipped: (path: string) => void): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  const put = (...pieces: readonly Buffer[]): void => {
    waiting.push(...pieces);
    for (const piece of pieces) size += piece.length;
  };
  const take = (): Buffer => {
    const taken = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    return taken;
  };
  for (const found of walk(directory, '')) {
    const { entry, content } = load(directory, found);
    if (entry.type === 'other') {
      onSkipped(entry.path);
      continue;
    }
    put(entryHeader(entry));
    if (content !== undefined) put(content);
    else if (entry.type === 'file') {
      yield take();
      yield* contents(join(directory, entry.path), entry.size);
    }
    if (entry.size > 0) put(padding(entry.size));
    if (size >= PIECE) yield take();
  }
  put(ARCHIVE_END);
  yield take();
}
