import type { BlockDevice } from './block-device.ts';
import type { Area } from './partitions.ts';

const SPARSE_SUPERBLOCKS = 0x1;
const WIDE = 0x80;
const CLUSTERS = 0x200;
/** Checksums of group descriptors, in either way, make the flags of groups count. */
const GROUP_CHECKSUMS = 0x10 | 0x400;
const BITMAP_NOT_WRITTEN = 2;

/** How an ext file system is laid out; of blocks, unless said otherwise. */
export interface Geometry {
  /** Bytes. */
  readonly blockSize: number;
  readonly blocks: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
  /** Blocks that a bit of a bitmap stands for. */
  readonly ratio: number;
  readonly groups: number;
  readonly inodeTable: number;
  /** At the start of a group that has a copy of the superblock: that, and the descriptors with the room for more. */
  readonly copies: number;
  readonly sparseCopies: boolean;
  /** Bytes. */
  readonly descriptorSize: number;
  readonly wide: boolean;
  readonly hasFlags: boolean;
}

/** A group of blocks, as its descriptor says it. */
export interface Group {
  readonly start: number;
  /** Bits of its bitmap that count. */
  readonly bits: number;
  readonly bitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  /** Bits that are free. */
  readonly free: number;
  /** Whether the bitmap was never written, because the group has nothing but what its place says. */
  readonly isBare: boolean;
}

export function geometryOf(superblock: Buffer): Geometry {
  const wide = (superblock.readUInt32LE(96) & WIDE) !== 0;
  const features = superblock.readUInt32LE(100);
  const blockSize = 1024 << superblock.readUInt32LE(24);
  const blocks = superblock.readUInt32LE(4) + (wide ? superblock.readUInt32LE(336) * 2 ** 32 : 0);
  const firstBlock = superblock.readUInt32LE(20);
  const blocksPerGroup = superblock.readUInt32LE(32);
  const groups = Math.ceil((blocks - firstBlock) / blocksPerGroup);
  const descriptorSize = wide ? superblock.readUInt16LE(254) : 32;
  const inodesPerBlock = blockSize / (superblock.readUInt16LE(88) || 128);
  return {
    blockSize,
    blocks,
    firstBlock,
    blocksPerGroup,
    ratio: (features & CLUSTERS) === 0 ? 1 : 1 << (superblock.readUInt32LE(28) - superblock.readUInt32LE(24)),
    groups,
    inodeTable: Math.ceil(superblock.readUInt32LE(40) / inodesPerBlock),
    copies: 1 + Math.ceil((groups * descriptorSize) / blockSize) + superblock.readUInt16LE(206),
    sparseCopies: (features & SPARSE_SUPERBLOCKS) !== 0,
    descriptorSize,
    wide,
    hasFlags: (features & GROUP_CHECKSUMS) !== 0,
  };
}

export async function readGroups(device: BlockDevice, area: Area, geometry: Geometry): Promise<readonly Group[]> {
  const { blockSize, blocks, firstBlock, blocksPerGroup, ratio, groups, descriptorSize, wide } = geometry;
  // Behind the superblock, which is always 1024 bytes from the start.
  const place = (Math.floor(1024 / blockSize) + 1) * blockSize;
  const table = await device.read(area.offset + place, groups * descriptorSize);
  return Array.from({ length: groups }, (_, group) => {
    const at = group * descriptorSize;
    const block = (low: number, high: number): number =>
      table.readUInt32LE(at + low) + (wide ? table.readUInt32LE(at + high) * 2 ** 32 : 0);
    const start = firstBlock + group * blocksPerGroup;
    return {
      start,
      bits: Math.ceil(Math.min(blocksPerGroup, blocks - start) / ratio),
      bitmap: block(0, 32),
      inodeBitmap: block(4, 36),
      inodeTable: block(8, 40),
      free: table.readUInt16LE(at + 12) + (wide ? table.readUInt16LE(at + 44) * 65_536 : 0),
      isBare: geometry.hasFlags && (table.readUInt16LE(at + 18) & BITMAP_NOT_WRITTEN) !== 0,
    };
  });
}

function isPowerOf(base: number, number: number): boolean {
  let power = base;
  while (power < number) power *= base;
  return power === number;
}

function hasCopy(index: number, { sparseCopies }: Geometry): boolean {
  return !sparseCopies || index <= 1 || [3, 5, 7].some((base) => isPowerOf(base, index));
}

/** The bitmap of a group that was never written: what is used is what the descriptors of all groups say lies in it. */
export function bareBitmap(index: number, groups: readonly Group[], geometry: Geometry): Buffer {
  const { blockSize, blocksPerGroup, ratio, inodeTable, copies } = geometry;
  const bitmap = Buffer.alloc(blockSize);
  const start = groups[index]?.start ?? 0;
  const use = (first: number, count: number): void => {
    const end = Math.min(first + count, start + blocksPerGroup);
    for (let block = Math.max(first, start); block < end; block++) {
      const bit = Math.floor((block - start) / ratio);
      bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  };
  if (hasCopy(index, geometry)) use(start, copies);
  for (const group of groups) {
    use(group.bitmap, 1);
    use(group.inodeBitmap, 1);
    use(group.inodeTable, inodeTable);
  }
  return bitmap;
}
