import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { StepError, type Disk, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import { fileSystemOf, SUPERBLOCK_BYTES } from './file-system.ts';
import { partitionsOf, TABLE_BYTES } from './partitions.ts';
import { readExt } from './read-ext.ts';

/** Of file systems in which no package database is looked for. */
const WITHOUT_SYSTEM = new Set(['FAT', 'swap']);

async function startOf(image: string, offset: number, length: number): Promise<Buffer> {
  await using file = await open(image);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

/** The disk as a raw image: itself, or a copy with its holes in the temporary directory. */
async function rawImage({ path, format }: Disk, directory: string, run: PostProcessRun): Promise<string> {
  if (format === 'raw') return path;
  const image = join(directory, 'disk.raw');
  run.say(`reading ${shownPath(path)}`);
  await runProgram('qemu-img', ['convert', '-f', format, '-O', 'raw', path, image], { signal: run.signal });
  return image;
}

/** What of the disk Kiln cannot look into, for people. */
export interface Unread {
  readonly what: string;
}

/**
 * Copies what inventories are read from out of a disk into `root`, without mounting it. Resolves with the file systems
 * that could not be read. `directory` is a temporary one with room for the disk. Throws `StepError` SBOM_DISK.
 */
export async function readDisk(
  disk: Disk,
  root: string,
  directory: string,
  run: PostProcessRun,
): Promise<readonly Unread[]> {
  const image = await rawImage(disk, directory, run);
  try {
    const unread: Unread[] = [];
    for (const { number, offset } of partitionsOf(await startOf(image, 0, TABLE_BYTES), disk.virtualSize)) {
      const kind = fileSystemOf(await startOf(image, offset, SUPERBLOCK_BYTES));
      if (kind === 'ext') await readExt({ image, offset }, root, directory, run.signal);
      else if (kind !== undefined && !WITHOUT_SYSTEM.has(kind)) {
        unread.push({ what: number === 0 ? `the disk is ${kind}` : `partition ${number} is ${kind}` });
      }
    }
    return unread;
  } catch (error) {
    if (error instanceof StepError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new StepError(`cannot read ${shownPath(disk.path)}: ${error.message}`, { code: 'SBOM_DISK', cause: error });
  } finally {
    if (image !== disk.path) await rm(image, { force: true });
  }
}
