import { open, type FileHandle } from 'node:fs/promises';
import type { Extents } from '../_shared/disk-extents.ts';

/** A file with holes, of which the parts that hold data lie somewhere in a file of this machine. */
export interface SparseFile {
  readonly path: string;
  /** Of the file with its holes, in bytes; more than the data reaches to, where it ends in a hole. */
  readonly size: number;
  readonly extents: Extents;
}

/** Holes that are smaller are read as zeros: each costs an entry of the archive's map. */
const GRAIN = 65_536;
const PIECE = 1_048_576;

/** Start and length of the parts that are stored, one after the other; they begin at multiples of 64 KiB. */
export function segmentsOf({ extents, size }: SparseFile): readonly number[] {
  const segments: number[] = [];
  let end = -1;
  for (let each = 0; each < extents.length; each += 3) {
    const [start = 0, length = 0] = extents.slice(each, each + 2);
    if (length === 0) continue;
    const from = Math.max(end, Math.floor(start / GRAIN) * GRAIN);
    const to = Math.min(size, Math.ceil((start + length) / GRAIN) * GRAIN);
    if (to <= from) continue;
    if (from === end) segments[segments.length - 1] = (segments.at(-1) ?? 0) + to - from;
    else segments.push(from, to - from);
    end = to;
  }
  return segments;
}

/** What is missing at the end of a file that is no multiple of a sector stays zero. */
async function fill(file: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}

/** The bytes of the segments, in pieces of a MiB at most; each is good until the next is asked for. Throws the system's errors. */
export async function* readSegments(
  { path, extents }: SparseFile,
  segments: readonly number[],
): AsyncGenerator<Buffer, void> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  let each = 0;
  for (let segment = 0; segment < segments.length; segment += 2) {
    const [begin = 0, length = 0] = segments.slice(segment, segment + 2);
    for (let from = begin; from < begin + length; from += PIECE) {
      const to = Math.min(from + PIECE, begin + length);
      const piece = buffer.subarray(0, to - from).fill(0);
      while (each < extents.length) {
        const [start = 0, size = 0, offset = 0] = extents.slice(each, each + 3);
        const [first, last] = [Math.max(start, from), Math.min(start + size, to)];
        if (first < last) await fill(file, piece.subarray(first - from, last - from), offset + first - start);
        if (start + size > to) break;
        each += 3;
      }
      yield piece;
    }
  }
}
