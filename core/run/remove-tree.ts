import { readFile, realpath, rm } from 'node:fs/promises';
import { sep } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { shellWord } from '../scripts/quote.ts';

/** Where file systems are mounted, by Linux's own list; none where there is no such list. */
async function mountPoints(): Promise<readonly string[]> {
  const list = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return list
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))));
}

/**
 * Removes a file, or a directory with all that is in it; one that is not there is removed already. Throws `StepError`
 * STILL_MOUNTED when a file system is mounted in it: what is on that is not Kiln's, and it may be this machine's /dev.
 */
export async function removeTree(path: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  const mounted = (await mountPoints()).findLast((point) => point === real || point.startsWith(`${real}${sep}`));
  if (mounted !== undefined) {
    throw new StepError(`${path} is not removed: a file system is mounted at ${mounted}`, {
      code: 'STILL_MOUNTED',
      hint: `umount ${shellWord(mounted)}`,
    });
  }
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
