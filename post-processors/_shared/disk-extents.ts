import { join } from 'node:path';
import { runProgram } from '../../plugins/sdk/host.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import { convertDisk, directoryForDisk, type DiskInfo, type NamedDisk } from './disk-image.ts';

/** Parts of a disk that hold data: start on the disk, length, place in the file, one after the other, in bytes. */
export type Extents = readonly number[];

interface MapEntry {
  readonly start: number;
  readonly length: number;
  readonly depth: number;
  readonly zero: boolean;
  readonly data: boolean;
  readonly offset?: number;
  readonly compressed?: boolean;
}

/**
 * Where the disk's data is in its file; undefined when some of it is not there as it is (compressed). The file system's
 * holes and the format's zeros are left out. Throws what `runProgram` does.
 */
async function mapDisk({ path, format }: NamedDisk, signal: AbortSignal): Promise<Extents | undefined> {
  const extents: number[] = [];
  const found = { inPlace: true };
  const take = ({ start, length, depth, zero, data, offset, compressed }: MapEntry): void => {
    if (zero || !data) return;
    if (offset === undefined || depth !== 0 || compressed === true) found.inPlace = false;
    else extents.push(start, length, offset);
  };
  // A line for each entry: the map of a disk that is in many pieces is large.
  await runProgram('qemu-img', ['map', '--output=json', '-f', format, path], {
    signal,
    onLine: (stream, line) => {
      const entry = /\{.*\}/.exec(line)?.[0];
      if (stream === 'stdout' && entry !== undefined) take(JSON.parse(entry) as MapEntry);
    },
  });
  return found.inPlace ? extents : undefined;
}

/** A disk whose data lies in one file as the guest sees it; all else of the disk reads as zeros. */
export interface PlacedDisk {
  readonly path: string;
  readonly extents: Extents;
}

/**
 * Finds where the disk's data is. A raw disk, a qcow2 or a vmdk that is not compressed is read where it lies; others are
 * written as a raw file with holes first, in the cache directory. Throws what `runProgram` does.
 */
export async function placeDisk(disk: NamedDisk, info: DiskInfo, run: PostProcessRun): Promise<PlacedDisk> {
  const { path } = disk;
  const inPlace = info.whole ? await mapDisk(disk, run.signal) : undefined;
  if (inPlace !== undefined) return { path, extents: inPlace };
  run.say(`${path} is compressed or in several files: it is unpacked to a raw disk first`);
  const raw = join(await directoryForDisk(run, 'the disk as a raw file'), 'disk.raw');
  await convertDisk(disk, { path: raw, format: 'raw' }, run.signal);
  return { path: raw, extents: (await mapDisk({ path: raw, format: 'raw' }, run.signal)) ?? [] };
}
