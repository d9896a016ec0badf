import { runProgram } from '../../../plugins/sdk/host.ts';
import type { NamedDisk } from '../../_shared/disk-image.ts';
import type { Extents } from './blocks.ts';

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
export async function mapDisk({ path, format }: NamedDisk, signal: AbortSignal): Promise<Extents | undefined> {
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
