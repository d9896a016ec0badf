import type { BlockDevice } from './block-device.ts';
import { bareBitmap, geometryOf, readGroups, type Geometry } from './ext-groups.ts';
import type { FreeSpace, Range } from './free-space.ts';
import type { Area } from './partitions.ts';

const MAGIC = 0xef53;
const CLEAN = 1;
const HAS_JOURNAL = 0x4;
const NEEDS_RECOVERY = 0x4;
const META_BLOCK_GROUPS = 0x10;
const EXTENTS = 0x40;

/** Runs of bits that are 0, of the first `count` bits. */
function* clearRuns(bitmap: Buffer, count: number): Generator<readonly [start: number, length: number], void> {
  let start: number | undefined;
  for (let bit = 0; bit < count; bit++) {
    const isClear = ((bitmap[bit >> 3] ?? 0xff) & (1 << (bit & 7))) === 0;
    if (isClear) start ??= bit;
    else if (start !== undefined) {
      yield [start, bit - start];
      start = undefined;
    }
  }
  if (start !== undefined) yield [start, count - start];
}

/** The free blocks of all groups. A group whose bitmap does not say what its descriptor says is broken, and left alone. */
async function* freeBlocks(device: BlockDevice, area: Area, geometry: Geometry): AsyncGenerator<Range, void> {
  const { blockSize, blocks, ratio } = geometry;
  const groups = await readGroups(device, area, geometry);
  for (const [index, { start, bits, bitmap: place, free, isBare }] of groups.entries()) {
    const bitmap = isBare
      ? bareBitmap(index, groups, geometry)
      : await device.read(area.offset + place * blockSize, blockSize);
    const runs = [...clearRuns(bitmap, bits)];
    if (runs.reduce((sum, [, length]) => sum + length, 0) !== free) continue;
    for (const [from, length] of runs) {
      const [first, end] = [start + from * ratio, Math.min(blocks, start + (from + length) * ratio)];
      yield { offset: area.offset + first * blockSize, length: (end - first) * blockSize };
    }
  }
}

/** What an ext2, ext3 or ext4 does not use; undefined for anything else. */
export async function freeInExt(device: BlockDevice, area: Area): Promise<FreeSpace | undefined> {
  if (area.length < 65_536) return undefined;
  const superblock = await device.read(area.offset + 1024, 1024);
  if (superblock.readUInt16LE(56) !== MAGIC) return undefined;
  const incompatible = superblock.readUInt32LE(96);
  const journal = (superblock.readUInt32LE(92) & HAS_JOURNAL) !== 0;
  const kind = (incompatible & EXTENTS) !== 0 ? 'ext4' : journal ? 'ext3' : 'ext2';
  const geometry = geometryOf(superblock);
  if (superblock.readUInt16LE(58) !== CLEAN || (incompatible & NEEDS_RECOVERY) !== 0) {
    return { kind, free: 'it was not unmounted, or has errors' };
  }
  if ((incompatible & META_BLOCK_GROUPS) !== 0) return { kind, free: 'it has its descriptors in meta block groups' };
  if (geometry.blocks * geometry.blockSize > area.length) return { kind, free: 'it is larger than its partition' };
  return { kind, free: freeBlocks(device, area, geometry) };
}
