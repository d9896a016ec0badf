import { chmod, copyFile, lstat, mkdir, readlink, realpath, rm, stat, symlink, utimes } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { walkTree, type TreeEntry, type WalkOptions } from './walk-tree.ts';

async function keepAttributes(path: string, { mode, atime, mtime }: Stats): Promise<void> {
  await chmod(path, mode & 0o7777);
  await utimes(path, atime, mtime);
}

/** What is there is replaced: a link of an earlier copy must not be written through. */
async function copyEntry({ source, type, stats }: Omit<TreeEntry, 'path'>, to: string): Promise<void> {
  const found = await lstat(to).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) await rm(to);
  if (type === 'symlink') return symlink(await readlink(source), to);
  await copyFile(source, to);
  await keepAttributes(to, stats);
}

/**
 * Copies a file, or what is in a directory, with modes and times, as `walkTree` says what that is; sockets, pipes and
 * devices are left out. A directory that is at `to` gets it added. Throws what reading and writing throw.
 */
export async function copyTree(from: string, to: string, options: WalkOptions = {}): Promise<void> {
  const stats = await stat(from);
  if (!stats.isDirectory()) return copyEntry({ source: await realpath(from), type: 'file', stats }, to);
  await mkdir(to, { recursive: true });
  const directories = [{ path: to, stats }];
  for (const entry of walkTree(from, options)) {
    const path = join(to, entry.path);
    if (entry.type === 'directory') {
      await mkdir(path, { recursive: true });
      directories.push({ path, stats: entry.stats });
    } else if (entry.type !== 'other') await copyEntry(entry, path);
  }
  for (const { path, stats: kept } of directories.toReversed()) await keepAttributes(path, kept);
}
