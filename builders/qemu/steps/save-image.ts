import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { aboutOption, type Artifact, type Disk as ArtifactDisk } from '../../../plugins/sdk/index.ts';
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

function architectureOf({ qemu_binary: binary }: QemuBuilderConfig): string | undefined {
  return /^qemu-system-(\w+)/.exec(basename(binary))?.[1];
}

/** What is known of the system disk and of no other. `variables` is UEFI's file. */
function systemFacts(
  config: QemuBuilderConfig,
  variables: string | undefined,
): Pick<ArtifactDisk, 'firmware' | 'architecture' | 'firmwareVariables'> {
  const architecture = architectureOf(config);
  return {
    firmware: [config.efi_boot ? 'uefi' : 'bios'],
    ...(architecture === undefined ? {} : { architecture }),
    ...(variables === undefined ? {} : { firmwareVariables: variables }),
  };
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
  const plain = disks.all.map(({ path, size }) => ({ path: place(path), format: config.format, virtualSize: size }));
  const variables = efiVars === undefined ? undefined : place(efiVars);
  return {
    builderId: 'transcend.qemu',
    id: 'VM',
    description: `VM files in directory: ${output.shown}`,
    files: files.map((file) => join(output.directory, file)),
    disks: plain.map((disk, index) => (index === 0 ? { ...disk, ...systemFacts(config, variables) } : disk)),
    properties: {
      diskName: basename(plain[0]?.path ?? ''),
      diskPaths: plain.map(({ path }) => path),
      diskType: config.format,
      diskSize: plain[0]?.virtualSize ?? 0,
      domainType: accelerator ?? 'none',
      disk: plain[0]?.path ?? '',
      format: config.format,
      virtualSize: plain[0]?.virtualSize ?? 0,
      firmware: config.efi_boot ? 'efi' : 'bios',
      architecture: architectureOf(config) ?? '',
      machineType: config.machine_type,
      drivers: { disk: config.disk_interface, network: config.net_device },
      disks: plain,
      compressed: config.disk_compression,
      ...(variables === undefined ? {} : { efiVars: variables }),
      backingFile: disks.all[0]?.overlay === true && config.use_backing_file,
    },
  };
}
