import { stat } from 'node:fs/promises';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { placeDisk, type PlacedDisk } from '../../_shared/disk-extents.ts';
import { diskInfo } from '../../_shared/disk-image.ts';
import type { DiskFile } from '../choose-disk.ts';
import { countBlocks } from '../disk/blocks.ts';

/** A disk that EBS can be given. */
export interface OpenDisk extends PlacedDisk {
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

/** Finds out whether EBS can have the disk, and where its data is. Throws `StepError` AMAZON_IMPORT_DISK. */
export async function openDisk(disk: DiskFile, run: PostProcessRun): Promise<OpenDisk> {
  const { path } = disk;
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const info = await diskInfo(disk, run.signal);
  if (info.encrypted) throw unfit(path, 'it is encrypted', 'decrypt it with "qemu-img convert" first');
  const volumeSize = Math.max(1, Math.ceil(info.virtualSize / GIB));
  if (volumeSize > MOST_GIB) throw unfit(path, `a volume has ${MOST_GIB} GiB at most, and the disk ${volumeSize}`);
  const known = { volumeSize, identity: JSON.stringify([path, String(size), String(mtimeNs), String(ino)]) };
  const placed = await placeDisk(disk, info, run);
  return { ...known, ...placed, blocks: countBlocks(placed.extents) };
}
