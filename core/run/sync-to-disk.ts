import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns when a file, or the list of what is in a directory, is on the disk. Throws the system's error. */
export async function syncEntry(path: string): Promise<void> {
  await using entry = await open(path, 'r');
  await entry.sync();
}

/**
 * Returns when a file, or a directory with all that is in it, is on the disk. Until then a power failure loses it, and a
 * disk that fails does so behind everyone's back. Throws the system's error.
 */
export async function syncToDisk(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory()) for (const name of await readdir(path)) await syncToDisk(join(path, name));
  if (found.isDirectory() || found.isFile()) await syncEntry(path);
}
