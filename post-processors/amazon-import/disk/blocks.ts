import type { Extents } from '../../_shared/disk-extents.ts';

/** Bytes of a block of EBS. */
export const BLOCK_SIZE = 524_288;

/** A part of a block: where it is in the file, and where in the block. */
export interface Fragment {
  readonly offset: number;
  readonly at: number;
  readonly length: number;
}

export interface Block {
  readonly index: number;
  readonly fragments: readonly Fragment[];
}

/** The blocks that hold data, in order; all else of the disk reads as zeros. `extents` are in the order of the disk. */
export function* blocksOf(extents: Extents): Generator<Block, undefined> {
  let index = -1;
  let fragments: Fragment[] = [];
  for (let each = 0; each < extents.length; each += 3) {
    const [start = 0, length = 0, offset = 0] = extents.slice(each, each + 3);
    const end = start + length;
    for (let from = start; from < end;) {
      const here = Math.floor(from / BLOCK_SIZE);
      if (here !== index) {
        if (fragments.length > 0) yield { index, fragments };
        index = here;
        fragments = [];
      }
      const to = Math.min(end, (here + 1) * BLOCK_SIZE);
      fragments.push({ offset: offset + from - start, at: from - here * BLOCK_SIZE, length: to - from });
      from = to;
    }
  }
  if (fragments.length > 0) yield { index, fragments };
  return undefined;
}

export function countBlocks(extents: Extents): number {
  let last = -1;
  let count = 0;
  for (let each = 0; each < extents.length; each += 3) {
    const [start = 0, length = 0] = extents.slice(each, each + 2);
    if (length === 0) continue;
    const from = Math.max(last + 1, Math.floor(start / BLOCK_SIZE));
    last = Math.floor((start + length - 1) / BLOCK_SIZE);
    count += Math.max(0, last - from + 1);
  }
  return count;
}
