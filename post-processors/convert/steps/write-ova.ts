import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { aboutOption, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { digestFile } from '../../../plugins/sdk/files.ts';
import { stageOutput } from '../../../plugins/sdk/host.ts';
import type { Member } from '../../_archive/member.ts';
import { tarArchive } from '../../_archive/tar.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { InputDisk } from '../choose-disks.ts';
import type { ConvertPostProcessorConfig } from '../config.gen.ts';
import { convertImage } from '../driver.ts';
import { diskInfo } from '../../_shared/disk-image.ts';
import { formatArguments } from '../formats.ts';
import { ovfDescriptor, type OvfDisk } from '../../_shared/ovf/descriptor.ts';
import { openSource } from './open-source.ts';

const MODE = 0o644;

/** Writes the disks as they are in an OVA, beside each other. */
async function writeDisks(
  disks: readonly InputDisk[],
  directory: string,
  name: string,
  config: ConvertPostProcessorConfig,
  run: PostProcessRun,
): Promise<readonly OvfDisk[]> {
  const format = 'vmdk';
  const written: OvfDisk[] = [];
  for (const [index, disk] of disks.entries()) {
    const from = await openSource(disk, directory, config, run);
    const file = `${name}-disk${index + 1}.vmdk`;
    run.say(`converting ${shownPath(disk.path)} to ${file} (stream-optimised vmdk)`);
    const path = join(directory, file);
    const onPercent = (percent: number): void => run.progress('convert', percent, 100);
    const args = formatArguments({ ...config, format, subformat: 'streamOptimized' });
    await convertImage({ from, to: path, format, args, onPercent, signal: run.signal });
    await rm(join(directory, 'overlay'), { force: true });
    const { virtualSize } = await diskInfo({ path, format }, run.signal);
    written.push({ name: file, size: (await stat(path)).size, capacity: virtualSize });
  }
  return written;
}

async function memberOf(directory: string, name: string): Promise<Member> {
  const path = join(directory, name);
  return { path, name, size: (await stat(path)).size, mode: MODE };
}

/** Writes the archive: the description first, its digests, and the disks, as the specification orders them. */
async function writeArchive(path: string, members: readonly Member[], run: PostProcessRun): Promise<void> {
  const total = members.reduce((sum, { size }) => sum + size, 0);
  const meter = progressMeter('ova', total, run);
  await using handle = await open(path, 'wx');
  for await (const chunk of tarArchive(members, { signal: run.signal, meter })) await handle.writeFile(chunk);
  meter.finish();
}

/** Writes all disks into one OVA and moves it to its place when it is whole. */
export async function writeOva(
  disks: readonly InputDisk[],
  output: string,
  config: ConvertPostProcessorConfig,
  run: PostProcessRun,
): Promise<void> {
  const inputs = disks.map(({ path }) => path);
  const staged = await aboutOption('/output', () => stageOutput(run, output, { force: true, inputs }));
  const name = config.ova_name ?? basename(output, extname(output));
  const file = name.replace(/[^\w.-]/g, '_');
  const directory = join(dirname(staged.path), 'parts');
  await mkdir(directory);
  const written = await writeDisks(disks, directory, file, config, run);
  const machine = {
    name,
    family: 'vmx-13',
    cpus: config.ova_cpus,
    memory: config.ova_memory,
    controller: config.ova_disk_controller,
    adapter: config.ova_network_adapter,
    uefi: disks[0]?.known.firmware?.includes('bios') === false,
    disks: written,
  };
  const [descriptor, manifest] = [`${file}.ovf`, `${file}.mf`];
  await writeFile(join(directory, descriptor), ovfDescriptor(machine));
  const lines: string[] = [];
  for (const part of [descriptor, ...written.map((disk) => disk.name)]) {
    const digests = await digestFile(join(directory, part), ['sha256'], { signal: run.signal });
    lines.push(`SHA256(${part})= ${digests.get('sha256') ?? ''}\n`);
  }
  await writeFile(join(directory, manifest), lines.join(''));
  const names = [descriptor, manifest, ...written.map((disk) => disk.name)];
  await writeArchive(staged.path, await Promise.all(names.map((part) => memberOf(directory, part))), run);
  await rm(directory, { recursive: true });
  await aboutOption('/output', () => staged.publish());
}
