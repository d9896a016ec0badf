import { stat } from 'node:fs/promises';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { digestFile, type DigestAlgorithm, type Digests } from '../../../plugins/sdk/files.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';
import { shownPath } from '../../_shared/shown-path.ts';

/**
 * Digests by file; every file is read once. One file after the other: hashing is what takes the time. Throws `StepError`
 * CHECKSUM_INPUT_UNREADABLE naming the file that could not be read.
 */
export async function hashFiles(
  files: readonly string[],
  algorithms: readonly DigestAlgorithm[],
  run: Pick<PostProcessRun, 'signal' | 'progress'>,
): Promise<ReadonlyMap<string, Digests>> {
  const readable = async <T>(file: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw fileFailure(`cannot read ${shownPath(file)}`, 'CHECKSUM_INPUT_UNREADABLE', error, run.signal);
    }
  };
  let total = 0;
  for (const file of files) total += (await readable(file, () => stat(file))).size;
  const meter = progressMeter('checksum', total, run);
  const digests = new Map<string, Digests>();
  const options = { signal: run.signal, onBytes: (bytes: number): void => meter.add(bytes) };
  for (const file of files) digests.set(file, await readable(file, () => digestFile(file, algorithms, options)));
  meter.finish();
  return digests;
}
