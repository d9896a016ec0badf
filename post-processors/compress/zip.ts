import { deflateStream, type Tally } from '../_archive/deflate.ts';
import type { PackedFile } from './packed-file.ts';
import { memberPieces, type Reading } from '../_archive/read-member.ts';
import type { Member } from '../_archive/member.ts';

/** Sizes, offsets and counts from these on do not fit their fields and go into 64-bit ones. */
const noRoom32 = 0xffffffff;
const noRoom16 = 0xffff;
/** Compressed data may be a little larger than the file; from this size on the header keeps room for 64-bit sizes. */
const nearlyNoRoom = 0xf0000000;
/** 1 January 1980, midnight: the earliest a zip can say. */
const date = 0x21;
const unix = 3;

interface Entry {
  readonly member: Member;
  readonly name: Buffer;
  readonly offset: number;
  readonly packed: number;
  readonly crc: number;
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return field;
}

/** The 22 bytes that local and central headers share, from "version needed" to the name's length. */
function commonHeader(name: Buffer, wide: boolean, crc: number, packed: number, size: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(wide ? 45 : 20, 0);
  bytes.writeUInt16LE(name.some((byte) => byte > 0x7f) ? 0x800 : 0, 2);
  bytes.writeUInt16LE(8, 4);
  bytes.writeUInt16LE(0, 6);
  bytes.writeUInt16LE(date, 8);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(wide ? noRoom32 : packed, 14);
  bytes.writeUInt32LE(wide ? noRoom32 : size, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

function localHeader(name: Buffer, wide: boolean, crc: number, packed: number, size: number): Buffer {
  const field = wide ? wideField([size, packed]) : Buffer.alloc(0);
  const ends = Buffer.alloc(2);
  ends.writeUInt16LE(field.length, 0);
  return Buffer.concat([Buffer.from('PK\x03\x04'), commonHeader(name, wide, crc, packed, size), ends, name, field]);
}

function centralHeader(entry: Entry): Buffer {
  const { member, name, offset, packed, crc } = entry;
  const wide = member.size >= nearlyNoRoom || packed >= noRoom32 || offset >= noRoom32;
  const field = wide ? wideField([member.size, packed, offset]) : Buffer.alloc(0);
  const madeBy = Buffer.from([wide ? 45 : 20, unix]);
  const ends = Buffer.alloc(16);
  ends.writeUInt16LE(field.length, 0);
  ends.writeUInt32LE(((0o100000 | member.mode) << 16) >>> 0, 8);
  ends.writeUInt32LE(wide ? noRoom32 : offset, 12);
  const common = commonHeader(name, wide, crc, packed, member.size);
  return Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, common, ends, name, field]);
}

function directoryEnd(count: number, start: number, length: number): Buffer {
  const wide = count >= noRoom16 || start >= noRoom32 || length >= noRoom32;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(Math.min(count, noRoom16), 8);
  end.writeUInt16LE(Math.min(count, noRoom16), 10);
  end.writeUInt32LE(Math.min(length, noRoom32), 12);
  end.writeUInt32LE(Math.min(start, noRoom32), 16);
  if (!wide) return end;
  const wideEnd = Buffer.alloc(56);
  wideEnd.write('PK\x06\x06', 0, 'latin1');
  wideEnd.writeBigUInt64LE(44n, 4);
  wideEnd.writeUInt16LE(45 | (unix << 8), 12);
  wideEnd.writeUInt16LE(45, 14);
  wideEnd.writeBigUInt64LE(BigInt(count), 24);
  wideEnd.writeBigUInt64LE(BigInt(count), 32);
  wideEnd.writeBigUInt64LE(BigInt(length), 40);
  wideEnd.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([wideEnd, locator, end]);
}

async function writeMember(member: Member, level: number, out: PackedFile, reading: Reading): Promise<Entry> {
  const name = Buffer.from(member.name);
  const wide = member.size >= nearlyNoRoom;
  const offset = out.position();
  await out.write(localHeader(name, wide, 0, 0, member.size));
  const start = out.position();
  const tally: Tally = { crc: 0, size: 0 };
  for await (const chunk of deflateStream(memberPieces(member, reading), level, tally)) await out.write(chunk);
  const packed = out.position() - start;
  await out.overwrite(localHeader(name, wide, tally.crc, packed, member.size), offset);
  return { member, name, offset, packed, crc: tally.crc };
}

/** Writes a zip archive of deflated members, without owners and times. `level` is 1 to 9, -1 for zlib's default. */
export async function writeZip(
  members: readonly Member[],
  level: number,
  out: PackedFile,
  reading: Reading,
): Promise<void> {
  const entries: Entry[] = [];
  for (const member of members) entries.push(await writeMember(member, level, out, reading));
  const start = out.position();
  for (const entry of entries) await out.write(centralHeader(entry));
  await out.write(directoryEnd(entries.length, start, out.position() - start));
}
