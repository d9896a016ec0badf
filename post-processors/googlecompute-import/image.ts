import type { Image } from '../../builders/_googlecompute/api/driver.ts';
import { imageRequest } from '../../builders/_googlecompute/images/image-request.ts';
import type { Disk } from '../../plugins/sdk/index.ts';
import type { ImportSource } from './choose-source.ts';
import type { GooglecomputeImportPostProcessorConfig } from './config.gen.ts';

const UEFI = 'UEFI_COMPATIBLE';

/** What the builder says of the disk, unless the template says otherwise. */
function toldFeatures(firmware: Disk['firmware'], given: readonly string[]): readonly string[] {
  const onlyUefi = firmware !== undefined && firmware.length > 0 && !firmware.includes('bios');
  return onlyUefi && !given.includes(UEFI) ? [...given, UEFI] : given;
}

/** The image as Google is asked for it, of the object at this address. */
export async function wantedImage(
  source: ImportSource,
  config: GooglecomputeImportPostProcessorConfig,
  url: string,
): Promise<Image & { readonly name: string }> {
  const firmware = source.kind === 'disk' ? source.disk.firmware : undefined;
  const features = toldFeatures(firmware, config.image_guest_os_features ?? []);
  const image = await imageRequest({ ...config, image_guest_os_features: features });
  return { ...image, sourceType: 'RAW', rawDisk: { source: url } };
}
