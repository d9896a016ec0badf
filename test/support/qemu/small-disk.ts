import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  unmount(): Promise<void>;
}

/** Mounts a file system in memory with room for `kibibytes`; undefined where that is not allowed. */
export async function mountSmallDisk(directory: string, kibibytes: number): Promise<SmallDisk | undefined> {
  await mkdir(directory, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', directory]);
  } catch {
    return undefined;
  }
  return {
    unmount: async () => {
      await run('umount', [directory]);
    },
  };
}
