import type { ImageRequest } from '../../clients/openstack/index.ts';
import type { DiskFile } from './choose-disk.ts';
import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';
import { glanceFormats, type Format } from './formats.ts';

/** Properties by what the builder says of the disk, unless the template says otherwise. */
function toldProperties({ firmware }: DiskFile): Readonly<Record<string, string>> {
  // With both, either will do, and Nova's choice is as good.
  const onlyUefi = firmware !== undefined && firmware.length > 0 && !firmware.includes('bios');
  return onlyUefi ? { hw_firmware_type: 'uefi' } : {};
}

/** The image as Glance is asked for it, in this format; its name comes when it is whole. */
export function imageRequest(file: DiskFile, format: Format, config: OpenstackImportPostProcessorConfig): ImageRequest {
  const { image_visibility: visibility, image_tags: tags = [] } = config;
  return {
    ...toldProperties(file),
    ...config.metadata,
    ...glanceFormats(format),
    ...(visibility === undefined ? {} : { visibility }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(config.image_min_disk === undefined ? {} : { min_disk: config.image_min_disk }),
    ...(config.image_min_ram === undefined ? {} : { min_ram: config.image_min_ram }),
  };
}
