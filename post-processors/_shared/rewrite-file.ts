import { readFile, realpath } from 'node:fs/promises';
import { stageSharedFile } from '../../plugins/sdk/host.ts';
import { writeLike } from '../../plugins/sdk/files.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import { fileFailure } from './file-failure.ts';
import { withFileLock, type lockKind } from './file-lock.ts';
import { shownPath } from './shown-path.ts';

export interface Rewriting {
  readonly kind: ReturnType<typeof lockKind>;
  /** Permission bits of a new file, less the umask. */
  readonly mode: number;
}

/** The value, or undefined when the file is missing; other errors pass. */
async function orMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces a text file by what `change` makes of it (undefined: there is none), in one move and under the lock
 * `<path>.lock`, so that nobody sees half of it and no writer's change is lost. Missing directories are made; symbolic
 * links, owner and mode stay. What `change` throws leaves the file as it was. Throws `StepError` OUTPUT_NOT_WRITTEN
 * when the system refuses.
 */
export async function rewriteFile(
  path: string,
  change: (existing: string | undefined) => string,
  rewriting: Rewriting,
  run: PostProcessRun,
): Promise<void> {
  try {
    const target = (await orMissing(realpath(path))) ?? path;
    // First the stage: it makes the directory that the lock is in, too.
    const staged = await stageSharedFile(run, target);
    await withFileLock(`${target}.lock`, rewriting.kind, run, async () => {
      const text = change(await orMissing(readFile(target, 'utf8')));
      await writeLike(target, staged.path, text, rewriting.mode);
      await staged.publish();
    });
  } catch (error) {
    throw fileFailure(`cannot write ${shownPath(path)}`, 'OUTPUT_NOT_WRITTEN', error, run.signal);
  }
}
