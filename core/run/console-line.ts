import { open } from 'node:fs/promises';
import { lastState } from '../events/overwritten.ts';

/** So many bytes of a console's end are looked at. */
const TAIL_BYTES = 4096;
/** What terminals are told and nobody reads: colours, places of the cursor, titles. */
const sequences = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>A-Z])/g;

/** The last line in which something is to be read, without control characters; undefined when there is none. */
export function lastReadableLine(text: string): string | undefined {
  return text
    .replaceAll(sequences, '')
    .split('\n')
    .map((line) =>
      lastState(line)
        .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
        .trim(),
    )
    .findLast((line) => line !== '');
}

/** The last line of a file that grows. Undefined when the file is not there, or is as long as it was. */
export async function newConsoleLine(path: string, seen: { size: number }): Promise<string | undefined> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  if (size === seen.size) return undefined;
  seen.size = size;
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(TAIL_BYTES),
    0,
    TAIL_BYTES,
    Math.max(0, size - TAIL_BYTES),
  );
  return lastReadableLine(buffer.toString('utf8', 0, bytesRead));
}
