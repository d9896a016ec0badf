import { realpath, writeFile } from 'node:fs/promises';
import { stageOutput } from '../../plugins/sdk/host.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import { fileFailure } from './file-failure.ts';
import { shownPath } from './shown-path.ts';

/**
 * Writes a text file in one move; one that is there is replaced. Missing directories are made. `pointer` is the option
 * that names the place. Throws `StepError`.
 */
export async function writeOutput(path: string, text: string, pointer: string, run: PostProcessRun): Promise<void> {
  try {
    const staged = await stageOutput(run, await realpath(path).catch(() => path), { force: true });
    await writeFile(staged.path, text, { flag: 'wx' });
    await staged.publish();
  } catch (error) {
    throw fileFailure(`cannot write ${shownPath(path)}`, 'OUTPUT_NOT_WRITTEN', error, run.signal, pointer);
  }
}
