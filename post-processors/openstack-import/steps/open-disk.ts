import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { convertDisk, directoryForDisk, diskInfo } from '../../_shared/disk-image.ts';
import type { DiskFile } from '../choose-disk.ts';
import { isDisk, qemuName, type DiskFormat, type Format } from '../formats.ts';

/** A file that Glance takes as it is. */
export interface OpenDisk {
  readonly path: string;
  readonly format: Format;
  /** Bytes of the file. */
  readonly size: number;
  /** Is another one when the disk has changed. */
  readonly identity: string;
}

type Run = Pick<PostProcessRun, 'acquire' | 'cacheDirectory' | 'say' | 'signal'>;

function unfit(path: string, reason: string, hint: string): StepError {
  return new StepError(`${path} cannot be imported: ${reason}`, { code: 'OPENSTACK_IMPORT_DISK', hint });
}

/** Why the disk cannot stay as it is; undefined when it can. */
async function reasonToConvert(disk: DiskFile, wanted: DiskFormat, signal: AbortSignal): Promise<string | undefined> {
  const { path, format } = disk;
  // There is nothing in a raw disk to look at.
  if (format === 'raw') return wanted === 'raw' ? undefined : 'is raw';
  const info = await diskInfo({ path, format: qemuName(format) }, signal);
  const reason = format === wanted ? (info.whole ? undefined : 'has parts in other files') : `is ${format}`;
  if (reason !== undefined && info.encrypted) {
    throw unfit(path, 'it is encrypted, and has to be converted', 'decrypt it with "qemu-img convert" first');
  }
  return reason;
}

/**
 * Makes sure that the disk is one file in the wanted format; without one, its own. A file that is not is written anew in
 * the cache directory. Throws `StepError` OPENSTACK_IMPORT_DISK.
 */
export async function openDisk(disk: DiskFile, wanted: DiskFormat | undefined, run: Run): Promise<OpenDisk> {
  const { path, format } = disk;
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  if (size === 0n) throw unfit(path, 'it is empty', 'look at what the builder wrote');
  const identity = JSON.stringify([path, String(size), String(mtimeNs), String(ino), wanted ?? format]);
  const asItIs = { path, format, size: Number(size), identity };
  if (!isDisk(format)) {
    if (wanted === undefined) return asItIs;
    throw unfit(path, `${format} cannot be converted to ${wanted}`, 'leave image_disk_format out');
  }
  const to = wanted ?? format;
  const reason = await reasonToConvert(disk, to, run.signal);
  if (reason === undefined) return asItIs;
  run.say(`${path} ${reason}: it is converted to one file of ${to} first`);
  const converted = join(await directoryForDisk(run, `the disk as ${to}`), `disk.${to}`);
  const from = { path, format: qemuName(format) };
  await convertDisk(from, { path: converted, format: qemuName(to) }, run.signal);
  return { path: converted, format: to, size: (await stat(converted)).size, identity };
}
