import { runProgram } from '../../../plugins/sdk/host.ts';
import type { DiskFile } from '../choose-disk.ts';
import type { Extents } from './blocks.ts';

/** What `qemu-img info` says of a disk, as far as it decides how the disk is read. */
export interface DiskInfo {
  /** Bytes. */
  readonly virtualSize: number;
  readonly encrypted: boolean;
  /** Whether all data is in the one file: no backing file, no data file, no extents beside it. */
  readonly whole: boolean;
}

interface Info {
  readonly 'virtual-size'?: number;
  readonly encrypted?: boolean;
  readonly 'backing-filename'?: string;
  readonly 'format-specific'?: {
    readonly data?: {
      readonly 'data-file'?: string;
      readonly 'create-type'?: string;
      readonly extents?: readonly { readonly filename?: string }[];
    };
  };
}

interface MapEntry {
  readonly start: number;
  readonly length: number;
  readonly depth: number;
  readonly zero: boolean;
  readonly data: boolean;
  readonly offset?: number;
  readonly compressed?: boolean;
}

/** The format is always named: what a raw disk's guest wrote must not decide how the disk is read. */
export async function diskInfo({ path, format }: DiskFile, signal: AbortSignal): Promise<DiskInfo> {
  const { stdout } = await runProgram('qemu-img', ['info', '--output=json', '-f', format, path], { signal });
  const info = JSON.parse(stdout) as Info;
  const specific = info['format-specific']?.data;
  const beside = (specific?.extents ?? []).some(({ filename }) => filename !== path);
  return {
    virtualSize: info['virtual-size'] ?? 0,
    encrypted: info.encrypted === true,
    whole: info['backing-filename'] === undefined && specific?.['data-file'] === undefined && !beside,
  };
}

/**
 * Where the disk's data is in its file; undefined when some of it is not there as it is (compressed). The file system's
 * holes and the format's zeros are left out. Throws what `runProgram` does.
 */
export async function mapDisk({ path, format }: DiskFile, signal: AbortSignal): Promise<Extents | undefined> {
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

/** Writes the disk as a raw file with holes. */
export async function convertDisk({ path, format }: DiskFile, raw: string, signal: AbortSignal): Promise<void> {
  await runProgram('qemu-img', ['convert', '-f', format, '-O', 'raw', path, raw], { signal });
}
