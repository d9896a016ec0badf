import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CancelledError, StepError } from '../../../plugins/sdk/index.ts';
import type { Checksum } from './checksum.ts';

/** Digest of a file in lower-case hexadecimal. Throws `StepError` SOURCE_UNREADABLE. */
export async function hashFile(path: string, algorithm: string, signal: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  try {
    const content: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 20, signal });
    for await (const chunk of content) hash.update(chunk);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw new StepError(`${path} cannot be read: ${error instanceof Error ? error.message : ''}`, {
      code: 'SOURCE_UNREADABLE',
      cause: error,
    });
  }
  return hash.digest('hex');
}

/** Throws `StepError` CHECKSUM_MISMATCH. */
export function compareDigest(what: string, checksum: Checksum, found: string, pointer: string): void {
  if (checksum.kind !== 'digest' || checksum.digest === found) return;
  const { algorithm, digest } = checksum;
  throw new StepError(`${what} has another checksum: ${algorithm} ${digest} is expected, ${found} was found`, {
    code: 'CHECKSUM_MISMATCH',
    pointer,
    hint: `if the file is the right one, put the checksum that was found into ${pointer.slice(1)}`,
  });
}
