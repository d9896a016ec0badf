import { crc32 } from 'node:zlib';
import { SECTOR, type Extent } from './disk-layout.ts';

const ENTRIES = 128;
const ENTRY_SIZE = 128;
const HEADER_SIZE = 92;
const TABLE_SECTORS = (ENTRIES * ENTRY_SIZE) / SECTOR;

export const PARTITION_TYPES = {
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  efiSystem: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  rootAmd64: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
} as const;

export interface Partition {
  /** 1 to 128: the number in the partition's device name. */
  readonly number: number;
  readonly type: string;
  readonly uuid: string;
  /** At most 36 UTF-16 code units. */
  readonly name: string;
  readonly extent: Extent;
}

/** Bytes and where on the disk they go. */
export interface DiskPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A GUID as GPT stores it: the first three groups little-endian. */
function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function entryTable(partitions: readonly Partition[]): Buffer {
  const table = Buffer.alloc(ENTRIES * ENTRY_SIZE);
  for (const { number, type, uuid, name, extent } of partitions) {
    const entry = table.subarray((number - 1) * ENTRY_SIZE, number * ENTRY_SIZE);
    guidBytes(type).copy(entry, 0);
    guidBytes(uuid).copy(entry, 16);
    entry.writeBigUInt64LE(BigInt(extent.offset / SECTOR), 32);
    entry.writeBigUInt64LE(BigInt((extent.offset + extent.size) / SECTOR - 1), 40);
    entry.write(name.slice(0, 36), 56, 'utf16le');
  }
  return table;
}

interface HeaderPlaces {
  readonly own: number;
  readonly other: number;
  readonly table: number;
}

function header(diskUuid: string, lastSector: number, table: Buffer, places: HeaderPlaces): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector.write('EFI PART', 0, 'latin1');
  sector.writeUInt32LE(0x00010000, 8);
  sector.writeUInt32LE(HEADER_SIZE, 12);
  sector.writeBigUInt64LE(BigInt(places.own), 24);
  sector.writeBigUInt64LE(BigInt(places.other), 32);
  sector.writeBigUInt64LE(BigInt(2 + TABLE_SECTORS), 40);
  sector.writeBigUInt64LE(BigInt(lastSector - TABLE_SECTORS - 1), 48);
  guidBytes(diskUuid).copy(sector, 56);
  sector.writeBigUInt64LE(BigInt(places.table), 72);
  sector.writeUInt32LE(ENTRIES, 80);
  sector.writeUInt32LE(ENTRY_SIZE, 84);
  sector.writeUInt32LE(crc32(table), 88);
  sector.writeUInt32LE(crc32(sector.subarray(0, HEADER_SIZE)), 16);
  return sector;
}

/** The master boot record: `bootCode` (440 bytes at most) and one entry that keeps MBR-only programs away. */
function protectiveRecord(bootCode: Uint8Array, sectors: number): Buffer {
  const record = Buffer.alloc(SECTOR);
  record.set(bootCode.subarray(0, 440));
  const entry = record.subarray(446, 462);
  // No active flag: some UEFI firmware then refuses the disk; SeaBIOS and PC BIOSes boot without it.
  entry.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff]);
  entry.writeUInt32LE(1, 8);
  entry.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 12);
  record.writeUInt16LE(0xaa55, 510);
  return record;
}

/** A GUID partition table with its copy at the end of the disk, and the boot sector. Offsets and sizes are whole sectors. */
export function partitionTable(
  disk: { readonly size: number; readonly uuid: string; readonly bootCode: Uint8Array },
  partitions: readonly Partition[],
): readonly DiskPiece[] {
  const sectors = disk.size / SECTOR;
  const last = sectors - 1;
  const table = entryTable(partitions);
  const secondTable = last - TABLE_SECTORS;
  const first = Buffer.concat([
    protectiveRecord(disk.bootCode, sectors),
    header(disk.uuid, last, table, { own: 1, other: last, table: 2 }),
    table,
  ]);
  const second = Buffer.concat([table, header(disk.uuid, last, table, { own: last, other: 1, table: secondTable })]);
  return [
    { offset: 0, bytes: first },
    { offset: secondTable * SECTOR, bytes: second },
  ];
}
