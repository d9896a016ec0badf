import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { aboutOption, type Artifact } from '../../../plugins/sdk/index.ts';
import type { StagedOutput } from '../../../plugins/sdk/host.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { QemuDriver } from '../driver.ts';
import type { Disk, Disks } from './create-disks.ts';

/** Whether the disk as it is cannot be, or should not be, the image. */
function mustBeWritten(config: QemuBuilderConfig, disk: Disk): boolean {
  if (disk.format !== config.format || (disk.overlay && !config.use_backing_file)) return true;
  if (disk.overlay) return false;
  return config.format === 'qcow2' && (config.disk_compression || !config.skip_compaction);
}

interface Writing {
  readonly disk: Disk;
  readonly to: string;
}

function writingsOf(config: QemuBuilderConfig, disks: readonly Disk[]): readonly Writing[] {
  return disks.filter((disk) => mustBeWritten(config, disk)).map((disk) => ({ disk, to: `${disk.path}.unfinished` }));
}

/** Writes the images that have to be beside the disks, which stay as they are. */
async function writeImages(config: QemuBuilderConfig, driver: QemuDriver, writings: readonly Writing[]): Promise<void> {
  for (const { disk, to } of writings) {
    // A process before may have been killed, and what it started may write on: into a file that has no name then.
    await rm(to, { force: true });
    const { path: from, format: fromFormat } = disk;
    const conversion = { from, fromFormat, to, toFormat: config.format, compress: config.disk_compression };
    await aboutOption('/qemu_img_args', () => driver.convert(conversion, config.qemu_img_args?.convert));
  }
}

/** Puts what was written into the places of the disks; it may be that this was begun before. */
async function moveImages(writings: readonly Writing[]): Promise<void> {
  for (const { disk, to } of writings) {
    await rename(to, disk.path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

export interface ImageOutput {
  readonly staged: StagedOutput;
  readonly directory: string;
  readonly shown: string;
  /** Whether a process before wrote the images, so that they only have to be moved. */
  readonly written: boolean;
  /** Called when the images are written, before anything is moved. */
  readonly onWritten: () => Promise<void>;
}

/** Writes the image and moves the output to its place. Throws `StepError` DISK_FULL or OUTPUT_EXISTS. */
export async function saveImage(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  disks: Disks,
  output: ImageOutput,
  accelerator: string | undefined,
): Promise<Artifact> {
  const writings = writingsOf(config, disks.all);
  if (!output.written) {
    await writeImages(config, driver, writings);
    await output.onWritten();
  }
  await moveImages(writings);
  const efiVars = config.efi_drop_efivars ? undefined : disks.efiVars;
  if (disks.efiVars !== undefined && efiVars === undefined) await rm(disks.efiVars, { force: true });
  const files = await filesIn(disks.directory);
  await aboutOption('/output_directory', () => output.staged.publish());
  const place = (path: string): string => join(output.directory, basename(path));
  const [system] = disks.all;
  return {
    builderId: 'transcend.qemu',
    id: 'VM',
    description: `VM files in directory: ${output.shown}`,
    files: files.map((file) => join(output.directory, file)),
    properties: {
      diskName: system === undefined ? '' : basename(system.path),
      diskPaths: disks.all.map(({ path }) => place(path)),
      diskType: config.format,
      diskSize: system?.size ?? 0,
      domainType: accelerator ?? 'none',
      disk: system === undefined ? '' : place(system.path),
      format: config.format,
      virtualSize: system?.size ?? 0,
      firmware: config.efi_boot ? 'efi' : 'bios',
      architecture: /^qemu-system-(\w+)/.exec(basename(config.qemu_binary))?.[1] ?? '',
      machineType: config.machine_type,
      drivers: { disk: config.disk_interface, network: config.net_device },
      disks: disks.all.map(({ path, size }) => ({ path: place(path), format: config.format, virtualSize: size })),
      compressed: config.disk_compression,
      ...(efiVars === undefined ? {} : { efiVars: place(efiVars) }),
      backingFile: system?.overlay === true && config.use_backing_file,
    },
  };
}
