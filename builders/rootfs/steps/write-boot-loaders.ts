import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { bootSectorCode, placedCoreImage } from '../disk/bios-boot.ts';
import { SECTOR, type DiskLayout } from '../disk/disk-layout.ts';
import { makeGrubImage } from '../driver.ts';
import { PARTITION_TYPES, partitionTable } from '../disk/partition-table.ts';

const BOOT_SECTOR_IMAGE = '/usr/lib/grub/i386-pc/boot.img';

/** What GRUB needs to find the root file system, to read its configuration and to start Linux. */
const MODULES = [
  'part_gpt',
  'ext2',
  'search_fs_uuid',
  'normal',
  'configfile',
  'linux',
  'echo',
  'test',
  'ls',
  'cat',
  'reboot',
  'halt',
];

export interface DiskUuids {
  readonly disk: string;
  readonly biosBoot: string;
  readonly efiSystem: string;
  readonly rootPartition: string;
  readonly rootFileSystem: string;
}

async function writeEfiSystem(disk: string, layout: DiskLayout, loader: string, build: BuildRun): Promise<void> {
  const { offset, size } = layout.efiSystem;
  const image = `${disk}@@${offset}`;
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    await runProgram(program, ['-i', image, ...args], { signal: build.signal, env: { MTOOLS_SKIP_CHECK: '1' } });
  };
  const geometry = ['-T', String(size / SECTOR), '-h', '64', '-s', '32', '-H', String(offset / SECTOR)];
  await run('mformat', '-F', '-v', 'EFI', ...geometry, '::');
  await run('mmd', '::/EFI', '::/EFI/BOOT');
  await run('mcopy', loader, '::/EFI/BOOT/BOOTX64.EFI');
}

/** Writes the partition table, GRUB for BIOS and GRUB for UEFI into the disk file. Both read /boot/grub/grub.cfg. */
export async function writeBootLoaders(
  disk: string,
  layout: DiskLayout,
  uuids: DiskUuids,
  directory: string,
  build: BuildRun,
): Promise<void> {
  const configuration = join(directory, 'early.cfg');
  const core = join(directory, 'core.img');
  const loader = join(directory, 'bootx64.efi');
  await writeFile(
    configuration,
    `search.fs_uuid ${uuids.rootFileSystem} root\nset prefix=($root)/boot/grub\nconfigfile /boot/grub/grub.cfg\n`,
  );
  const { signal } = build;
  await Promise.all([
    makeGrubImage({ format: 'i386-pc', configuration, modules: ['biosdisk', ...MODULES], output: core }, signal),
    makeGrubImage(
      { format: 'x86_64-efi', configuration, modules: ['fat', 'efi_gop', 'efi_uga', ...MODULES], output: loader },
      signal,
    ),
  ]);
  const { biosBoot, efiSystem, root } = layout;
  const bootCode = bootSectorCode(await readFile(BOOT_SECTOR_IMAGE), biosBoot.offset);
  const pieces = [
    ...partitionTable({ size: layout.size, uuid: uuids.disk, bootCode }, [
      // The root is number 1, so that it keeps its name /dev/vda1 wherever others put their partitions.
      { number: 1, type: PARTITION_TYPES.rootAmd64, uuid: uuids.rootPartition, name: 'root', extent: root },
      { number: 14, type: PARTITION_TYPES.biosBoot, uuid: uuids.biosBoot, name: 'bios', extent: biosBoot },
      { number: 15, type: PARTITION_TYPES.efiSystem, uuid: uuids.efiSystem, name: 'efi', extent: efiSystem },
    ]),
    { offset: biosBoot.offset, bytes: placedCoreImage(await readFile(core), biosBoot.offset) },
  ];
  await using file = await open(disk, 'r+');
  for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
  await writeEfiSystem(disk, layout, loader, build);
}
