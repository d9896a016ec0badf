import { realpath, rm } from 'node:fs/promises';
import { StepError } from '../errors/errors.ts';
import { shellWord } from '../scripts/quote.ts';
import { mountedAt, mountTable } from './mount-table.ts';

/**
 * Removes a file, or a directory with all that is in it; one that is not there is removed already. Throws `StepError`
 * STILL_MOUNTED when a file system is mounted in it: what is on that is not Kiln's, and it may be this machine's /dev.
 */
export async function removeTree(path: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  // Other systems than Linux have no such list.
  const [mounted] = mountedAt(real, await mountTable().catch(() => []));
  if (mounted !== undefined) {
    throw new StepError(`${path} is not removed: a file system is mounted at ${mounted}`, {
      code: 'STILL_MOUNTED',
      hint: `umount ${shellWord(mounted)}`,
    });
  }
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
