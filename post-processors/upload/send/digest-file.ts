import type { UploadFile, Digests } from '../targets/store.ts';
import { readParts } from './read-parts.ts';

const CHUNK = 4 * 1_048_576;

/** The digests of a file of this machine. Throws `signal`'s reason when that aborts. */
export async function digestFile(file: UploadFile, signal: AbortSignal): Promise<Digests> {
  await using reader = await readParts(file, CHUNK);
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, file.size));
  while ((await reader.next(buffer)) !== undefined) signal.throwIfAborted();
  return reader.digests();
}
