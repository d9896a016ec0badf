import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { StepError, type Disk, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { BoxDisk, Layout } from '../layout.ts';

/** A disk of the box, and where its file is. */
export interface ConvertedDisk extends BoxDisk {
  readonly path: string;
  readonly name: string;
}

/** Whether the file is what goes into the box as it is: of the format, and whole without another file. */
async function isReady(disk: Disk, layout: Layout, signal: AbortSignal): Promise<boolean> {
  if (disk.format !== layout.format || layout.formatOptions !== undefined) return false;
  const { stdout } = await runProgram('qemu-img', ['info', '--output=json', '-f', disk.format, disk.path], { signal });
  const info = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  return info['backing-filename'] === undefined;
}

async function convert(disk: Disk, layout: Layout, path: string, run: Pick<PostProcessRun, 'signal'>): Promise<void> {
  const options = layout.formatOptions === undefined ? [] : ['-o', layout.formatOptions];
  const args = ['convert', '-f', disk.format, '-O', layout.format, ...options, disk.path, path];
  await runProgram('qemu-img', args, { signal: run.signal });
}

/**
 * The artifact's disks as the box wants them; those that are not so yet are written to `directory`. Throws `StepError`
 * VAGRANT_NO_DISK when the artifact has none.
 */
export async function convertDisks(
  disks: readonly Disk[],
  layout: Layout,
  directory: string,
  run: Pick<PostProcessRun, 'signal' | 'say'>,
): Promise<readonly ConvertedDisk[]> {
  if (disks.length === 0) {
    throw new StepError('the artifact has no disk images to make a box of', {
      code: 'VAGRANT_NO_DISK',
      hint: 'put vagrant behind a builder that makes disks, and before post-processors that pack them',
    });
  }
  const converted: ConvertedDisk[] = [];
  for (const [index, disk] of disks.entries()) {
    const name = layout.diskName(index, disks.length);
    const ready = await isReady(disk, layout, run.signal);
    const path = ready ? disk.path : join(directory, name);
    if (!ready) {
      run.say(`converting ${shownPath(disk.path)} to ${layout.format}`);
      await convert(disk, layout, path, run);
    }
    const { size } = await stat(path).catch((error: unknown) => {
      throw fileFailure(`cannot read ${shownPath(path)}`, 'VAGRANT_FILE', error, run.signal);
    });
    converted.push({ path, name, size, virtualSize: disk.virtualSize });
  }
  return converted;
}
