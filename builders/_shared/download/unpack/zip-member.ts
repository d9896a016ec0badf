import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const LONGEST_COMMENT = 65_535;
const LARGEST_DIRECTORY = 16 * 1024 * 1024;
const BIG = 0xffff_ffff;

/** The only file of an archive. */
export interface ZipMember {
  readonly size: number;
  readonly crc: number;
  /** Its content, to be read once. */
  read(): Readable;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error('the archive is cut off');
  return buffer;
}

function large(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('the archive is broken');
  return Number(value);
}

/** The directory at the end of an archive. */
async function directoryOf(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const length = Math.min(size, LONGEST_COMMENT + 22);
  const tail = await bytesAt(file, size - length, length);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > length || tail.readUInt32LE(end) !== END) throw new Error('it is no zip archive');
  let [bytes, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const locator = end - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === END_64_LOCATOR) {
    const end64 = await bytesAt(file, large(tail.readBigUInt64LE(locator + 8)), 56);
    if (end64.readUInt32LE(0) !== END_64) throw new Error('the archive is broken');
    [bytes, start] = [large(end64.readBigUInt64LE(40)), large(end64.readBigUInt64LE(48))];
  }
  if (bytes > LARGEST_DIRECTORY) throw new Error('it has too many files');
  return bytesAt(file, start, bytes);
}

interface Entry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly header: number;
}

/** Sizes of more than 4 GiB are in a field of their own, in this order. */
function wide(entry: Buffer, extraStart: number, extraEnd: number, values: readonly number[]): readonly number[] {
  if (!values.includes(BIG)) return values;
  for (let at = extraStart; at + 4 <= extraEnd; at += 4 + entry.readUInt16LE(at + 2)) {
    if (entry.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    return values.map((value) => {
      if (value !== BIG) return value;
      next += 8;
      return large(entry.readBigUInt64LE(next - 8));
    });
  }
  return values;
}

function* entriesIn(directory: Buffer): Generator<Entry> {
  for (let at = 0; at + 46 <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY) return;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((each) => directory.readUInt16LE(at + each));
    const extra = at + 46 + (nameLength ?? 0);
    const end = extra + (extraLength ?? 0);
    const fields = [24, 20, 42].map((each) => directory.readUInt32LE(at + each));
    const [size = 0, packedSize = 0, header = 0] = wide(directory, extra, end, fields);
    yield {
      name: directory.toString('utf8', at + 46, extra),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      ...{ size, packedSize, header },
    };
    at = end + (commentLength ?? 0);
  }
}

/**
 * Finds the file of an archive that has just one; directories do not count. Throws `Error` for other archives, and for
 * one that is encrypted or packed in a rare way.
 */
export async function findZipMember(path: string): Promise<ZipMember> {
  await using file = await open(path);
  const files = [...entriesIn(await directoryOf(file))].filter(({ name }) => !name.endsWith('/'));
  const [entry] = files;
  if (entry === undefined || files.length > 1) throw new Error(`the archive has ${files.length} files, and not one`);
  const { method, encrypted, header, packedSize, size, crc } = entry;
  if (packedSize === 0) throw new Error(`the archive's file ${entry.name} is empty`);
  if (encrypted) throw new Error('the archive is encrypted');
  if (method !== 0 && method !== 8) throw new Error(`the archive is packed by method ${method}, which is not known`);
  const local = await bytesAt(file, header, 30);
  const start = header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  return {
    ...{ size, crc },
    read: () => {
      const content = createReadStream(path, { start, end: start + packedSize - 1, highWaterMark: 1 << 20 });
      if (method === 0) return content;
      const inflated = createInflateRaw();
      content.on('error', (error) => inflated.destroy(error)).pipe(inflated);
      return inflated;
    },
  };
}
