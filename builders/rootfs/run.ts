import { randomUUID } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { noneCommunicator, runProgram, stageOutput, type Artifact, type BuildRun } from '../../plugins/sdk/index.ts';
import { KEY_ITEM } from './baking-files.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';
import { layOutDisk, parseDiskSize } from './disk-layout.ts';
import { chooseSources } from './steps/choose-sources.ts';
import { installPackages } from './steps/install-packages.ts';
import { writeBootLoaders, type DiskUuids } from './steps/write-boot-loaders.ts';
import { writeRootFileSystem } from './steps/write-root-file-system.ts';

function newUuids(): DiskUuids {
  return {
    disk: randomUUID(),
    biosBoot: randomUUID(),
    efiSystem: randomUUID(),
    rootPartition: randomUUID(),
    rootFileSystem: randomUUID(),
  };
}

export async function run(config: RootfsBuilderConfig, build: BuildRun): Promise<Artifact> {
  const { format } = config;
  const place = resolve(config.output_directory ?? `output-${build.name}`);
  const name = config.image_name ?? `${build.name}.${format}`;
  const layout = layOutDisk(parseDiskSize(config.disk_size));
  const uuids = newUuids();
  const output = await stageOutput(build, place, { force: build.force });
  const directory = await build.temporaryDirectory();
  await mkdir(output.path);
  const image = join(output.path, name);
  const disk = format === 'raw' ? image : join(directory, 'disk.raw');

  const sources = await build.step('choose package sources', () => chooseSources(config, build));
  const tree = await build.step('install packages', () =>
    installPackages(config, sources, uuids.rootFileSystem, directory, build),
  );
  await build.step('write disk', async () => {
    await writeFile(disk, '', { flag: 'wx' });
    await truncate(disk, layout.size);
    await writeRootFileSystem(disk, layout, tree, uuids.rootFileSystem, build);
    await writeBootLoaders(disk, layout, uuids, directory, build);
  });
  await build.provision(noneCommunicator, {});
  await build.step('save image', async () => {
    if (format === 'qcow2') {
      await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk, image], { signal: build.signal });
    }
    await output.publish();
  });
  return {
    builderId: 'kiln.rootfs',
    id: build.name,
    description: `Debian ${config.suite} disk image in ${place}`,
    files: [join(place, name)],
    properties: {
      format,
      virtualSize: layout.size,
      architecture: 'x86_64',
      firmware: ['bios', 'uefi'],
      suite: config.suite,
      sshUser: 'root',
      sshKeyInjection: `fw_cfg:${KEY_ITEM}`,
    },
  };
}
