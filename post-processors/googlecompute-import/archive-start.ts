import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';

/** Bytes of a compressed archive that have its first headers. */
const START = 65_536;
const BLOCK = 512;
/** Headers that say something of the file after them: pax's, and GNU's of a long name. */
const ABOUT_THE_NEXT = ['x', 'g', 'L'];

function textAt(bytes: Buffer, at: number, length: number): string {
  return bytes
    .subarray(at, at + length)
    .toString('latin1')
    .replace(/\0.*$/s, '');
}

/** The name of the first file of a tar archive that is packed by gzip; undefined when it is no such archive. */
export async function firstFileOf(path: string): Promise<string | undefined> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(START), 0, START, 0);
  let bytes: Buffer;
  try {
    bytes = gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
  for (let at = 0; at + BLOCK <= bytes.length;) {
    if (textAt(bytes, at + 257, 5) !== 'ustar') return undefined;
    const kind = textAt(bytes, at + 156, 1);
    if (!ABOUT_THE_NEXT.includes(kind)) return textAt(bytes, at, 100);
    at += BLOCK + Math.ceil(parseInt(textAt(bytes, at + 124, 12), 8) / BLOCK) * BLOCK;
  }
  return undefined;
}
