import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { progressMeter, type ProgressMeter } from '../../_shared/progress-meter.ts';
import { shownPath } from '../../_shared/shown-path.ts';

/** Digests in lower-case hex, by file and then by algorithm. */
export type Digests = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function hashFile(
  file: string,
  algorithms: readonly string[],
  meter: ProgressMeter,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
  const content: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 20, signal });
  for await (const chunk of content) {
    for (const [, hash] of hashes) hash.update(chunk);
    meter.add(chunk.length);
  }
  return new Map(hashes.map(([algorithm, hash]) => [algorithm, hash.digest('hex')]));
}

/**
 * Reads every file once and computes all digests on the way. One file after the other: hashing is what takes the time,
 * and reads run ahead of it. Throws `StepError` CHECKSUM_INPUT_UNREADABLE naming the file that could not be read.
 */
export async function hashFiles(
  files: readonly string[],
  algorithms: readonly string[],
  run: Pick<PostProcessRun, 'signal' | 'progress'>,
): Promise<Digests> {
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
  const digests = new Map<string, ReadonlyMap<string, string>>();
  for (const file of files) {
    digests.set(file, await readable(file, () => hashFile(file, algorithms, meter, run.signal)));
  }
  meter.finish();
  return digests;
}
