import type { ProgressMeter } from '../_shared/progress-meter.ts';
import { readSegments, segmentsOf, type SparseFile } from './sparse-file.ts';
import { archiveEnd, blockSize, header, putNumber } from './tar.ts';

/** Where a header has its first entries of the map, and how many; further blocks have more. */
const MAP_IN_HEADER = { at: 386, entries: 4, goesOn: 482 };
const MAP_IN_BLOCK = { at: 0, entries: 21, goesOn: 504 };
/** Where a header has the size of the file with its holes. */
const REAL_SIZE = 483;

type MapPlace = typeof MAP_IN_HEADER;

/** Writes the next entries of the map into a block, and whether others come after them. */
function putMap(block: Buffer, place: MapPlace, map: readonly number[], first: number): number {
  const end = Math.min(first + place.entries * 2, map.length);
  for (let index = first; index < end; index += 1) {
    putNumber(block, place.at + (index - first) * 12, map[index] ?? 0);
  }
  if (end < map.length) block[place.goesOn] = 1;
  return end;
}

/** Headers of a file with holes, in the format that GNU tar calls oldgnu. */
function sparseHeaders(name: string, size: number, map: readonly number[], stored: number): Buffer {
  let next = 0;
  const first = header(Buffer.from(name), 'S', 0o644, stored, (block) => {
    next = putMap(block, MAP_IN_HEADER, map, 0);
    putNumber(block, REAL_SIZE, size);
  });
  const blocks = [first];
  while (next < map.length) {
    const block = Buffer.alloc(blockSize);
    next = putMap(block, MAP_IN_BLOCK, map, next);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

/**
 * A tar archive of one file with holes, its permissions 0644. Equal files make equal archives. `meter` hears of the bytes
 * that are read. Throws what `readSegments` does.
 */
export async function* sparseTar(
  name: string,
  file: SparseFile,
  reading: { readonly signal: AbortSignal; readonly meter: ProgressMeter },
): AsyncGenerator<Buffer, void> {
  const segments = segmentsOf(file);
  let stored = 0;
  for (let each = 1; each < segments.length; each += 2) stored += segments[each] ?? 0;
  // GNU tar ends the map so, or the hole at the end of the file would be lost.
  yield sparseHeaders(name, file.size, [...segments, file.size, 0], stored);
  for await (const piece of readSegments(file, segments)) {
    reading.signal.throwIfAborted();
    reading.meter.add(piece.length);
    yield piece;
  }
  yield Buffer.alloc((blockSize - (stored % blockSize)) % blockSize);
  yield archiveEnd();
}
