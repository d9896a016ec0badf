import { close, fsync, open } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openDescriptor = promisify(open);
const closeDescriptor = promisify(close);
const sync = promisify(fsync);

async function syncEntry(path: string): Promise<void> {
  const descriptor = await openDescriptor(path, 'r');
  try {
    await sync(descriptor);
  } finally {
    await closeDescriptor(descriptor);
  }
}

/**
 * Returns when the list of what is in a directory is on the disk, as far as its file system can promise that. Throws the
 * system's error.
 */
export async function syncDirectory(path: string): Promise<void> {
  try {
    await syncEntry(path);
  } catch (error) {
    // Some file systems cannot sync a directory.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'EPERM')))
      throw error;
  }
}

/**
 * Returns when a file, or a directory with all that is in it, is on the disk. Until then a power failure loses it, and a
 * disk that fails does so behind everyone's back. Throws the system's error.
 */
export async function syncToDisk(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isFile()) await syncEntry(path);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await syncToDisk(join(path, name));
  await syncDirectory(path);
}
