import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { convertDisk, directoryForDisk, diskInfo } from '../../_shared/disk-image.ts';
import type { DiskFile } from '../choose-disk.ts';
import { countBlocks, type Extents } from '../disk/blocks.ts';
import { mapDisk } from '../disk/driver.ts';

/** A disk whose data lies in one file as the guest sees it. */
export interface OpenDisk {
  readonly path: string;
  readonly extents: Extents;
  /** Blocks of EBS that hold data. */
  readonly blocks: number;
  /** Of the volume, in GiB. */
  readonly volumeSize: number;
  /** Is another one when the disk has changed. */
  readonly identity: string;
}

const GIB = 1_073_741_824;
const MOST_GIB = 65_536;

function unfit(path: string, reason: string, hint?: string): StepError {
  const details = { code: 'AMAZON_IMPORT_DISK', ...(hint === undefined ? {} : { hint }) };
  return new StepError(`${path} cannot be imported: ${reason}`, details);
}

/**
 * Finds where the disk's data is. A raw disk, a qcow2 or a vmdk that is not compressed is read where it lies; others are
 * written as a raw file with holes first, in the cache directory. Throws `StepError` AMAZON_IMPORT_DISK.
 */
export async function openDisk(disk: DiskFile, run: PostProcessRun): Promise<OpenDisk> {
  const { path } = disk;
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const info = await diskInfo(disk, run.signal);
  if (info.encrypted) throw unfit(path, 'it is encrypted', 'decrypt it with "qemu-img convert" first');
  const volumeSize = Math.max(1, Math.ceil(info.virtualSize / GIB));
  if (volumeSize > MOST_GIB) throw unfit(path, `a volume has ${MOST_GIB} GiB at most, and the disk ${volumeSize}`);
  const known = { volumeSize, identity: JSON.stringify([path, String(size), String(mtimeNs), String(ino)]) };
  const inPlace = info.whole ? await mapDisk(disk, run.signal) : undefined;
  if (inPlace !== undefined) return { ...known, path, extents: inPlace, blocks: countBlocks(inPlace) };
  run.say(`${path} is compressed or in several files: it is unpacked to a raw disk first`);
  const raw = join(await directoryForDisk(run, 'the disk as a raw file'), 'disk.raw');
  await convertDisk(disk, { path: raw, format: 'raw' }, run.signal);
  const extents = (await mapDisk({ path: raw, format: 'raw' }, run.signal)) ?? [];
  return { ...known, path: raw, extents, blocks: countBlocks(extents) };
}
