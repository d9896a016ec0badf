/** A part of a disk, in bytes. */
export interface Partition {
  /** As tools number them; 0 is the disk itself. */
  readonly number: number;
  readonly offset: number;
  readonly size: number;
}

const SECTOR = 512;
const EXTENDED = new Set([0x05, 0x0f, 0x85]);

/** The partitions of a GUID partition table whose entries are in `start`. */
function gptPartitions(start: Buffer): readonly Partition[] {
  const header = start.subarray(SECTOR);
  const [first, count, length] = [Number(header.readBigUInt64LE(72)), header.readUInt32LE(80), header.readUInt32LE(84)];
  const found: Partition[] = [];
  for (let index = 0; index < Math.min(count, 128) && length >= 128; index += 1) {
    const at = first * SECTOR + index * length;
    if (at + 128 > start.length) break;
    const entry = start.subarray(at, at + 128);
    if (entry.subarray(0, 16).every((byte) => byte === 0)) continue;
    const [from, to] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
    found.push({ number: index + 1, offset: from * SECTOR, size: (to - from + 1) * SECTOR });
  }
  return found;
}

/** The primary partitions of a DOS partition table. */
function dosPartitions(start: Buffer): readonly Partition[] {
  return [0, 1, 2, 3].flatMap((index) => {
    const entry = start.subarray(446 + index * 16);
    const [type, from, sectors] = [entry[4] ?? 0, entry.readUInt32LE(8), entry.readUInt32LE(12)];
    if (type === 0 || EXTENDED.has(type) || sectors === 0) return [];
    return [{ number: index + 1, offset: from * SECTOR, size: sectors * SECTOR }];
  });
}

/** How much of a disk `partitionsOf` looks at, in bytes. */
export const TABLE_BYTES: number = 64 * 1024;

/**
 * The partitions of a disk of `size` bytes that begins with `start`; one without a table is a file system as a whole.
 * Logical partitions of DOS tables are not found.
 */
export function partitionsOf(start: Buffer, size: number): readonly Partition[] {
  const whole = [{ number: 0, offset: 0, size }];
  if (start.length < 2 * SECTOR || start.readUInt16LE(510) !== 0xaa55) return whole;
  const partitions =
    start.toString('latin1', SECTOR, SECTOR + 8) === 'EFI PART' ? gptPartitions(start) : dosPartitions(start);
  const within = partitions.filter(({ offset, size: length }) => offset > 0 && offset + length <= size);
  return within.length === 0 ? whole : within;
}
