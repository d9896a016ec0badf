import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Holes are left in multiples of this: the blocks of usual file systems, and few enough to look at. */
const GRAIN = 65_536;
const ZEROS = Buffer.alloc(GRAIN);

function isZero(bytes: Buffer): boolean {
  return bytes.equals(ZEROS.subarray(0, bytes.length));
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Whether the file, which is `size` long, has nothing but zeros there, or ends before. */
async function readsAsZeros(file: FileHandle, size: number, position: number, length: number): Promise<boolean> {
  if (position >= size) return true;
  const there = Buffer.alloc(length);
  await file.read(there, 0, length, position);
  return isZero(there);
}

/** Of a part what has to be written: zeros need not be where the file has zeros. */
async function stretches(
  file: FileHandle,
  size: number,
  bytes: Buffer,
  position: number,
): Promise<readonly (readonly [from: number, to: number])[]> {
  const found: [number, number][] = [];
  for (let from = 0; from < bytes.length; from += GRAIN) {
    const grain = bytes.subarray(from, from + GRAIN);
    if (isZero(grain) && (await readsAsZeros(file, size, position + from, grain.length))) continue;
    const last = found.at(-1);
    if (last?.[1] === from) last[1] = from + grain.length;
    else found.push([from, from + grain.length]);
  }
  return found;
}

/** Writes a part of a file, which is made if it is not there, and leaves holes where a disk image has them. */
export async function writeSparsely(path: string, position: number, bytes: Buffer): Promise<void> {
  await using file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
  const { size } = await file.stat();
  for (const [from, to] of await stretches(file, size, bytes, position)) {
    await writeAll(file, bytes.subarray(from, to), position + from);
  }
  const end = position + bytes.length;
  // Its last byte makes the file as long as it is: another part may have made it longer, so that it cannot be cut.
  if (bytes.length > 0 && size < end && isZero(bytes.subarray(-GRAIN)))
    await writeAll(file, bytes.subarray(-1), end - 1);
}
