import type { Readable } from 'node:stream';

/** More came than may be kept. */
export class TooMuch extends Error {}

/** All bytes of a stream. Throws `TooMuch` after `most` bytes, and what breaks the stream off. */
export async function readAtMost(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new TooMuch(`it is longer than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
