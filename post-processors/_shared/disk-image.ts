import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePlace, pathKind, runProgram } from '../../plugins/sdk/host.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';

/** A disk image and QEMU's name of its format, which is always said: what its guest wrote must not decide how it is read. */
export interface NamedDisk {
  readonly path: string;
  readonly format: string;
}

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

/** Throws what `runProgram` does. */
export async function diskInfo({ path, format }: NamedDisk, signal: AbortSignal): Promise<DiskInfo> {
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

/** Writes the disk into one file of a format, by QEMU's name, with holes where it can have them. Throws what `runProgram` does. */
export async function convertDisk(disk: NamedDisk, to: NamedDisk, signal: AbortSignal): Promise<void> {
  await runProgram('qemu-img', ['convert', '-f', disk.format, '-O', to.format, disk.path, to.path], { signal });
}

/** A directory for a disk, that goes with the scope: beside the downloads, since one of temporary files is too small. */
export async function directoryForDisk(
  { acquire, cacheDirectory }: Pick<PostProcessRun, 'acquire' | 'cacheDirectory'>,
  describe: string,
): Promise<string> {
  await cachePlace(cacheDirectory);
  const { id } = await acquire(pathKind, {
    describe,
    locator: { directory: cacheDirectory },
    create: async (token) => {
      const path = join(cacheDirectory, `kiln-${token}`);
      await mkdir(path, { mode: 0o700 });
      return { id: path, handle: undefined };
    },
  });
  return id;
}
