import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { aboutOption, StepError, type Artifact } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { DEFAULT_DISK_SIZE, diskSizeInBytes } from '../command-line/disk-size.ts';
import type { QemuDriver } from '../driver.ts';
import type { Source } from '../source/find-source.ts';
import { writeFirmware } from '../source/raw-firmware.ts';

export interface Disk {
  readonly path: string;
  /** The format it has while the machine runs. */
  readonly format: string;
  /** Bytes that the guest sees. */
  readonly size: number;
  /** Whether it has only the differences from the source. */
  readonly overlay: boolean;
}

export interface Disks {
  /** The directory that becomes `output_directory`. */
  readonly directory: string;
  /** The system disk and then the additional ones. */
  readonly all: readonly Disk[];
  readonly efiVars: string | undefined;
}

function systemSize(config: QemuBuilderConfig, source: Source, inherited: boolean): number {
  const wanted = config.disk_size === undefined ? undefined : diskSizeInBytes(config.disk_size);
  if (source.kind !== 'image') return wanted ?? DEFAULT_DISK_SIZE;
  if (config.skip_resize_disk || (wanted === undefined && inherited)) return source.virtualSize;
  if (wanted === undefined) return Math.max(DEFAULT_DISK_SIZE, source.virtualSize);
  if (wanted >= source.virtualSize) return wanted;
  throw new StepError(`disk_size is ${wanted} bytes and the source has ${source.virtualSize}`, {
    code: 'DISK_TOO_SMALL',
    pointer: '/disk_size',
    hint: 'a disk can only be made larger; leave disk_size out to keep the size of the source',
  });
}

/** A `-drive` of the template that names the disk also says its format, which must then be that of the image. */
function templateAttachesDisk(config: QemuBuilderConfig, name: string): boolean {
  return (config.qemuargs ?? []).some(
    ([flag = '', ...value]) => flag.endsWith('-drive') && [name, '.Name'].some((text) => value.join('').includes(text)),
  );
}

/** Most formats are no good to work with: the disk is a qcow2 image until it is written. */
function workingFormat(config: QemuBuilderConfig, name: string): string {
  return config.format === 'raw' || templateAttachesDisk(config, name) ? config.format : 'qcow2';
}

async function createSystemDisk(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  source: Source,
  path: string,
  size: number,
): Promise<Disk> {
  const { create = [], resize = [] } = config.qemu_img_args ?? {};
  const format = workingFormat(config, basename(path));
  if (source.kind !== 'image') {
    await driver.create({ path, format, size }, create);
    return { path, format, size, overlay: false };
  }
  const attached = config.format !== 'qcow2' && templateAttachesDisk(config, basename(path));
  const overlay = attached ? `${path}.overlay` : path;
  const resizes = resize.length > 0 && size > source.virtualSize;
  const image = { path: overlay, format: 'qcow2', size: resizes ? source.virtualSize : size, backing: source };
  await driver.create(image, config.use_backing_file ? create : []);
  if (resizes) await driver.grow(overlay, 'qcow2', size, resize);
  if (!attached) return { path, format: 'qcow2', size, overlay: true };
  await driver.convert({ from: overlay, fromFormat: 'qcow2', to: path, toFormat: format, compress: false });
  await rm(overlay);
  return { path, format, size, overlay: false };
}

/** Makes the disks in a new `directory`. The source stays as it is. */
export async function createDisks(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  source: Source,
  output: { readonly directory: string; readonly name: string; readonly from: Artifact | undefined },
): Promise<Disks> {
  const { directory, name, from } = output;
  const size = systemSize(config, source, from !== undefined);
  // The step may be run again after a failure.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  const all = [
    await aboutOption('/qemu_img_args', () => createSystemDisk(config, driver, source, join(directory, name), size)),
  ];
  for (const [index, text] of (config.disk_additional_size ?? []).entries()) {
    const own = `${name}-${index + 1}`;
    const disk = { path: join(directory, own), format: workingFormat(config, own), size: diskSizeInBytes(text) };
    await aboutOption('/qemu_img_args', () => driver.create(disk, config.qemu_img_args?.create));
    all.push({ ...disk, overlay: false });
  }
  if (!config.efi_boot) return { directory, all, efiVars: undefined };
  const efiVars = join(directory, 'efivars.fd');
  const inherited = from?.disks?.[0]?.firmwareVariables;
  if (inherited !== undefined) await copyFile(inherited, efiVars);
  else await aboutOption('/efi_firmware_vars', () => writeFirmware(config.efi_firmware_vars, efiVars, driver));
  return { directory, all, efiVars };
}
