import { join } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { InputDisk } from '../choose-disks.ts';
import type { ConvertPostProcessorConfig } from '../config.gen.ts';
import { createOverlay } from '../driver.ts';
import { diskInfo, type NamedDisk } from '../../_shared/disk-image.ts';
import { AZURE_ALIGNMENT, subformatOf } from '../formats.ts';
import { zeroFree } from './zero-free.ts';

function wantedSize(config: ConvertPostProcessorConfig, size: number): number {
  if (config.format !== 'vpc' || subformatOf(config) !== 'fixed') return size;
  return Math.ceil(size / AZURE_ALIGNMENT) * AZURE_ALIGNMENT;
}

/**
 * What is to be converted: the disk itself, or an overlay of it in `directory` in which it has the size that is needed and
 * free space reads as zeros. The disk stays as it is. Throws `StepError` CONVERT_ENCRYPTED.
 */
export async function openSource(
  disk: InputDisk,
  directory: string,
  config: ConvertPostProcessorConfig,
  run: PostProcessRun,
): Promise<NamedDisk> {
  const shown = shownPath(disk.path);
  const { virtualSize, encrypted } = await diskInfo(disk, run.signal);
  if (encrypted) {
    throw new StepError(`${shown} cannot be converted: it is encrypted`, {
      code: 'CONVERT_ENCRYPTED',
      hint: 'decrypt it with "qemu-img convert" first',
    });
  }
  const size = wantedSize(config, virtualSize);
  if (size === virtualSize && !config.zero_free) return disk;
  const overlay: NamedDisk = { path: join(directory, 'overlay'), format: 'qcow2' };
  await createOverlay(disk, overlay.path, size, run.signal);
  if (config.zero_free) await zeroFree(overlay, shown, run);
  return overlay;
}
