import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MIB = 1_048_576;
const MOST_PARTS = 10_000;
/** Bytes of all parts on their way. */
const IN_FLIGHT = 64 * MIB;

/** A part that S3 has. */
export interface S3Part {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly ChecksumCRC32?: string;
  readonly Size: number;
}

/** Bytes of a part: S3 takes 10,000 of them, of 5 MiB at least. */
export function partSizeOf(size: number): number {
  return Math.max(8 * MIB, Math.ceil(size / MOST_PARTS / MIB) * MIB);
}

export function atOnceOf(partSize: number): number {
  return Math.max(1, Math.floor(IN_FLIGHT / partSize));
}

/** As S3 writes it: base64 of four bytes. */
export function crcOf(bytes: Buffer): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four.toString('base64');
}

/** Whether S3 has these bytes as a part; of a server without checksums the ETag tells. */
export function isSame(part: S3Part | undefined, bytes: Buffer): boolean {
  if (part?.Size !== bytes.length) return false;
  if (part.ChecksumCRC32 !== undefined) return part.ChecksumCRC32 === crcOf(bytes);
  return part.ETag.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex');
}
