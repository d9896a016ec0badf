import type { BlockDevice } from './block-device.ts';

/** A part of a disk that has a file system, or the whole of it. */
export interface Area {
  /** "partition 2", "the disk". */
  readonly name: string;
  /** Bytes. */
  readonly offset: number;
  readonly length: number;
}

const SECTOR = 512;
const GPT = 0xee;
const EXTENDED: readonly number[] = [0x05, 0x0f, 0x85];
/** More logical partitions than any tool makes: a chain that is longer goes in a circle. */
const MOST_LOGICAL = 128;

interface Entry {
  readonly type: number;
  readonly start: number;
  readonly sectors: number;
}

function entriesOf(sector: Buffer): readonly Entry[] {
  return [0, 1, 2, 3].map((index) => {
    const at = 446 + 16 * index;
    return { type: sector[at + 4] ?? 0, start: sector.readUInt32LE(at + 8), sectors: sector.readUInt32LE(at + 12) };
  });
}

function isMarked(sector: Buffer): boolean {
  return sector.readUInt16LE(510) === 0xaa55;
}

function area(number: number, start: number, sectors: number, unit = SECTOR): Area {
  return { name: `partition ${number}`, offset: start * unit, length: sectors * unit };
}

async function logical(device: BlockDevice, { start: first }: Entry): Promise<readonly Area[]> {
  const found: Area[] = [];
  for (let at = first; found.length < MOST_LOGICAL;) {
    const sector = await device.read(at * SECTOR, SECTOR);
    const [own, next] = isMarked(sector) ? entriesOf(sector) : [];
    if (own === undefined || own.sectors === 0) break;
    found.push(area(5 + found.length, at + own.start, own.sectors));
    if (next === undefined || next.sectors === 0) break;
    at = first + next.start;
  }
  return found;
}

async function gpt(device: BlockDevice, unit: number): Promise<readonly Area[] | undefined> {
  const header = await device.read(unit, unit);
  if (header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const [count, size] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  const table = await device.read(Number(header.readBigUInt64LE(72)) * unit, Math.min(count, 1024) * size);
  const areas: Area[] = [];
  for (let at = 0; at < table.length; at += size) {
    if (table.subarray(at, at + 16).every((byte) => byte === 0)) continue;
    const [first, last] = [Number(table.readBigUInt64LE(at + 32)), Number(table.readBigUInt64LE(at + 40))];
    areas.push(area(at / size + 1, first, last - first + 1, unit));
  }
  return areas;
}

/** FAT's boot sector has the same mark as a table of partitions. */
function isFat(sector: Buffer): boolean {
  return (
    /^FAT(?:12|16|32)? {2,}/.test(sector.toString('latin1', 54, 62)) || sector.toString('latin1', 82, 87) === 'FAT32'
  );
}

/** The disk's partitions (MBR with logical ones, GPT), or the whole disk when it has none. What is not all on the disk is left out. */
export async function findAreas(device: BlockDevice): Promise<readonly Area[]> {
  const whole: Area = { name: 'the disk', offset: 0, length: device.size };
  if (device.size < 3 * SECTOR) return [];
  const sector = await device.read(0, SECTOR);
  const entries = isMarked(sector) && !isFat(sector) ? entriesOf(sector).filter(({ type }) => type !== 0) : [];
  if (entries.length === 0) return [whole];
  const areas: Area[] = [];
  if (entries.some(({ type }) => type === GPT)) {
    areas.push(...((await gpt(device, SECTOR)) ?? (await gpt(device, 4096)) ?? []));
  } else {
    for (const [index, entry] of entriesOf(sector).entries()) {
      if (EXTENDED.includes(entry.type)) areas.push(...(await logical(device, entry)));
      else if (entry.type !== 0) areas.push(area(index + 1, entry.start, entry.sectors));
    }
  }
  return areas.filter(({ offset, length }) => length > 0 && offset + length <= device.size);
}
