import { readFileSync, readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { walkTree, type TreeEntry, type WalkOptions } from '../../trees/walk-tree.ts';
import { ARCHIVE_END, entryHeader, padding, type TarEntry } from './header.ts';

/**
 * Files up to this size are read whole, and without giving way: of ten thousand small files each would otherwise wait
 * for other threads five times, which on a busy machine takes ten times as long as reading them.
 */
const SMALL = 64 * 1024;
/** Small pieces are put together: a packet each would cost more than their contents. */
const PIECE = 256 * 1024;

interface Loaded {
  readonly entry: TarEntry;
  /** Contents of a small file. */
  readonly content: Buffer | undefined;
}

function load({ path, source, type, stats }: TreeEntry): Loaded {
  const content = type === 'file' && stats.size <= SMALL ? readFileSync(source) : undefined;
  const entry: TarEntry = {
    path: type === 'directory' ? `${path}/` : path,
    type,
    size: type === 'file' ? (content?.length ?? stats.size) : 0,
    mode: stats.mode & 0o7777,
    modified: stats.mtimeMs / 1000,
    target: type === 'symlink' ? readlinkSync(source) : '',
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
 * A tar archive of what is in `directory` as `walkTree` gives it, without the directory itself. Owners are left out.
 * Sockets, pipes and devices are skipped. Throws what reading the files throws.
 */
export async function* packDirectory(
  directory: string,
  onSkipped: (path: string) => void,
  options: WalkOptions = {},
): AsyncGenerator<Buffer> {
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
  for (const found of walkTree(directory, options)) {
    const { entry, content } = load(found);
    if (entry.type === 'other') {
      onSkipped(entry.path);
      continue;
    }
    put(entryHeader(entry));
    if (content !== undefined) put(content);
    else if (entry.type === 'file') {
      yield take();
      yield* contents(found.source, entry.size);
    }
    if (entry.size > 0) put(padding(entry.size));
    if (size >= PIECE) yield take();
  }
  put(ARCHIVE_END);
  yield take();
}
