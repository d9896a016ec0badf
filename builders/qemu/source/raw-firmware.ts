import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aboutOption, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { QemuDriver } from '../driver.ts';
import { imageKind } from '../../_shared/image-format.ts';
import { sourceImage } from './inspect-image.ts';

/** Writes firmware as the raw file that a flash chip is; some distributions have it in qcow2. Throws `StepError`. */
export async function writeFirmware(path: string, to: string, driver: QemuDriver): Promise<void> {
  const { format } = await imageKind(path);
  if (format !== 'qcow2') {
    await copyFile(path, to);
    return;
  }
  const { format: fromFormat } = await sourceImage({ path, origin: 'local' }, false, driver);
  await driver.convert({ from: path, fromFormat, to, toFormat: 'raw', compress: false });
}

/** The same options with firmware that QEMU can map. Throws `StepError`. */
export async function withRawFirmware(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  build: BuildRun,
): Promise<QemuBuilderConfig> {
  const name = config.efi_boot ? 'efi_firmware_code' : 'firmware';
  const path = config[name];
  if (path === undefined) return config;
  const kind = await aboutOption(`/${name}`, () => imageKind(path));
  if (kind.format !== 'qcow2') return config;
  const raw = join(await build.temporaryDirectory(), 'firmware');
  await aboutOption(`/${name}`, () => writeFirmware(path, raw, driver));
  return { ...config, [name]: raw };
}
