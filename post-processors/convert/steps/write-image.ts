import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { aboutOption, type Disk, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { stageOutput } from '../../../plugins/sdk/host.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { InputDisk } from '../choose-disks.ts';
import type { ConvertPostProcessorConfig } from '../config.gen.ts';
import { convertImage } from '../driver.ts';
import { diskInfo } from '../../_shared/disk-image.ts';
import { formatArguments } from '../formats.ts';
import { openSource } from './open-source.ts';

export interface WrittenImage {
  /** Absolute paths; the image first. */
  readonly files: readonly string[];
  readonly disk: Disk;
}

/** Puts a file that was written in the stage of another beside that one's place. */
async function publishBeside(
  path: string,
  place: string,
  inputs: readonly string[],
  run: PostProcessRun,
): Promise<void> {
  const staged = await stageOutput(run, place, { force: true, inputs });
  await rename(path, staged.path);
  await staged.publish();
}

/** Files other than the image itself: the extents of a vmdk in several parts. */
async function otherFiles(stage: string): Promise<readonly string[]> {
  return (await readdir(dirname(stage))).filter((name) => name !== basename(stage) && name.endsWith('.vmdk')).sort();
}

/** Writes one disk in the format, and moves it to its place when it is whole. UEFI's variables come along. */
export async function writeImage(
  disk: InputDisk,
  output: string,
  config: ConvertPostProcessorConfig,
  run: PostProcessRun,
): Promise<WrittenImage> {
  const { format } = config;
  const { firmwareVariables, ...known } = disk.known;
  const inputs = [disk.path, ...(firmwareVariables === undefined ? [] : [firmwareVariables])];
  const staged = await aboutOption('/output', () => stageOutput(run, output, { force: true, inputs }));
  const directory = dirname(staged.path);
  const from = await openSource(disk, directory, config, run);
  run.say(`converting ${shownPath(disk.path)} to ${shownPath(output)} (${format})`);
  await convertImage({
    from,
    to: staged.path,
    format,
    args: formatArguments(config),
    onPercent: (percent) => run.progress('convert', percent, 100),
    signal: run.signal,
  });
  await rm(join(directory, 'overlay'), { force: true });
  const { virtualSize } = await diskInfo({ path: staged.path, format }, run.signal);
  const others = await otherFiles(staged.path);
  const beside = (name: string): string => join(dirname(output), name);
  for (const name of others) await publishBeside(join(directory, name), beside(name), inputs, run);
  const variables = firmwareVariables === undefined ? undefined : `${output}.efivars`;
  if (firmwareVariables !== undefined && variables !== undefined) {
    const copy = join(directory, 'efivars');
    await copyFile(firmwareVariables, copy);
    await publishBeside(copy, variables, inputs, run);
  }
  await aboutOption('/output', () => staged.publish());
  const files = [output, ...others.map(beside), ...(variables === undefined ? [] : [variables])];
  const more = variables === undefined ? {} : { firmwareVariables: variables };
  return { files, disk: { path: output, format, virtualSize, ...known, ...more } };
}
