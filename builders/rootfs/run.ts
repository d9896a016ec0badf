import { randomUUID } from 'node:crypto';
import { access, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { aboutOption, type Artifact, type BuildRun, type JsonValue } from '../../plugins/sdk/index.ts';
import { adoptOutput, runProgram, stageOutput, type StagedOutput } from '../../plugins/sdk/host.ts';
import { noneCommunicator } from '../../plugins/sdk/guest.ts';
import { KEY_ITEM } from './baking-files.ts';
import { rootfsCheckpoints } from './checkpoint.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';
import { layOutDisk, parseDiskSize } from './disk/disk-layout.ts';
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

interface Names {
  /** The output directory. */
  readonly place: string;
  /** The image's file name. */
  readonly name: string;
}

function namesOf(config: RootfsBuilderConfig, build: BuildRun): Names {
  return {
    place: resolve(config.output_directory ?? `output-${build.name}`),
    name: config.image_name ?? `${build.name}.${config.format}`,
  };
}

interface WrittenDisk {
  readonly output: StagedOutput;
  readonly disk: string;
  /** Bytes. */
  readonly size: number;
}

async function finish(
  config: RootfsBuilderConfig,
  { place, name }: Names,
  { output, disk, size }: WrittenDisk,
  build: BuildRun,
): Promise<Artifact> {
  const { format } = config;
  await build.provision(noneCommunicator, {});
  await build.step('save image', async () => {
    if (format === 'qcow2') {
      const image = join(output.path, name);
      await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk, image], { signal: build.signal });
    }
    await aboutOption('/output_directory', () => output.publish());
  });
  const facts = { format, virtualSize: size, architecture: 'x86_64', firmware: ['bios', 'uefi'] } as const;
  const path = join(place, name);
  return {
    builderId: 'kiln.rootfs',
    id: build.name,
    description: `Debian ${config.suite} disk image in ${place}`,
    files: [path],
    disks: [{ path, ...facts }],
    properties: {
      ...facts,
      suite: config.suite,
      sshUser: 'root',
      sshKeyInjection: `fw_cfg:${KEY_ITEM}`,
    },
  };
}

export async function run(config: RootfsBuilderConfig, build: BuildRun): Promise<Artifact> {
  const { format } = config;
  const names = namesOf(config, build);
  const { place, name } = names;
  const layout = layOutDisk(parseDiskSize(config.disk_size));
  const uuids = newUuids();
  const output = await aboutOption('/output_directory', () => stageOutput(build, place, { force: build.force }));
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
  const disks = { output, disk, size: layout.size };
  await build.checkpoint(rootfsCheckpoints.write({ ...disks, output: output.checkpoint }));
  return finish(config, names, disks, build);
}

/** Goes on with a disk that an earlier process has written. */
export async function resume(config: RootfsBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const names = namesOf(config, build);
  const checkpoint = rootfsCheckpoints.read(state);
  const output = await build.step('find disk', async () => {
    const adopted = await aboutOption('/output_directory', () =>
      adoptOutput(build, names.place, checkpoint.output, { force: build.force }),
    );
    await access(checkpoint.disk);
    return adopted;
  });
  return finish(config, names, { ...checkpoint, output }, build);
}
