import { lstat, readdir, realpath, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { shellWord } from '../scripts/quote.ts';
import { mounts } from './mount-table.ts';
import { checkOurs, isOutOfFiles, notOurs, onOwnEntry, openDirectory, pathOf, unlessGone } from './own-path.ts';
import type { PathIdentity } from './path-identity.ts';

const TRIES = 4;

function stillMounted(path: string, mounted: string): StepError {
  return new StepError(`${path} is not removed: a file system is mounted at ${mounted}`, {
    code: 'STILL_MOUNTED',
    hint: `umount ${shellWord(mounted)}`,
  });
}

/** Removes a name that leads to no directory. */
async function removeName(path: string): Promise<void> {
  await unlessGone(unlink(path));
}

/** `inode`: that of the directory, when it is known. */
async function removeDirectory(path: string, shown: string, device: bigint, inode?: bigint): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const handle = await openDirectory(path);
    // Somebody put something else there.
    if (handle === undefined) return removeName(path);
    try {
      const found = await handle.stat({ bigint: true });
      if (found.dev !== device) throw stillMounted(shown, shown);
      if (inode !== undefined && found.ino !== inode) throw notOurs(shown, 'it came there later');
      await empty(handle, path, shown, device);
    } finally {
      await handle.close();
    }
    try {
      await unlessGone(rmdir(path));
      return;
    } catch (error) {
      const full = error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
      // Who still writes there ends some time.
      if (!full || tries === TRIES) throw error;
    }
  }
}

async function empty(handle: FileHandle, path: string, shown: string, device: bigint): Promise<void> {
  const directory = pathOf(handle, path);
  const entries = await readdir(directory, { withFileTypes: true });
  await Promise.all(
    entries.filter((entry) => !entry.isDirectory()).map(({ name }) => removeName(join(directory, name))),
  );
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    await removeDirectory(join(directory, name), join(shown, name), device);
  }
}

/**
 * Removes a file, or a directory with all that is in it; one that is not there is removed already. No link is followed,
 * not even one that somebody puts in a directory's place meanwhile. Throws `StepError` NOT_OURS (see `checkOurs`), and
 * STILL_MOUNTED when a file system is mounted in it: what is on that is not Kiln's, and it may be this machine's /dev.
 */
export async function removeTree(path: string, recorded?: PathIdentity): Promise<void> {
  const real = await realpath(path).catch(() => path);
  // Other systems than Linux have no such list.
  const [mounted] = await mounts().then(
    (table) => table.at(real),
    () => [],
  );
  if (mounted !== undefined) throw stillMounted(path, mounted);
  try {
    await onOwnEntry(path, recorded, async (entry) => {
      if (entry.found.isDirectory()) await removeDirectory(entry.path, path, entry.found.dev, entry.found.ino);
      else await removeName(entry.path);
    });
  } catch (error) {
    if (!isOutOfFiles(error)) throw error;
    const found = await unlessGone(lstat(path, { bigint: true }));
    if (found === undefined) return;
    checkOurs(path, found, recorded);
    await rm(path, { recursive: true, force: true });
  }
}
