import { part, type Call, type Reply } from '../call.ts';
import { fillImage, newImage, type Image } from '../image/image.ts';
import { findVolume, refuseUnless } from './find.ts';
import type { Volume } from './things.ts';

interface UploadAsked {
  readonly image_name: string;
  readonly disk_format?: string;
  readonly container_format?: string;
  readonly visibility?: string;
  readonly protected?: boolean | string;
}

function finishUpload(call: Call, volume: Volume, image: Image): void {
  const { world, region, outcome } = call;
  volume.status = volume.attachments.length > 0 ? 'in-use' : 'available';
  if (region.images.peek(image.id) === undefined) return;
  if (outcome.fails === undefined) fillImage(world, image, Buffer.from(`disk of ${volume.id}\n`));
  else image.status = outcome.fails.code;
}

/** The volume action os-volume_upload_image. */
export function uploadImage(call: Call): Reply {
  const { world, region, caller, outcome } = call;
  const volume = findVolume(call);
  const asked = part(call, 'os-volume_upload_image') as UploadAsked;
  refuseUnless(volume, ['available'], `Volume ${volume.id} status must be available`);
  const format = { disk_format: asked.disk_format ?? 'raw', container_format: asked.container_format ?? 'bare' };
  const { image_id: _id, image_name: _name, ...kept } = volume.imageMetadata;
  const own = ['container_format', 'disk_format', 'min_disk', 'min_ram', 'size', 'checksum'];
  const properties = Object.fromEntries(Object.entries(kept).filter(([name]) => !own.includes(name)));
  const image = newImage(world, {
    owner: caller.project?.id ?? '',
    base: { name: asked.image_name, ...format, visibility: asked.visibility ?? 'shared', min_disk: volume.size },
    properties,
  });
  region.images.add(image.id, image);
  volume.status = 'uploading';
  if (!outcome.stuck) {
    world.clock.after(world.durations.snapshot, () => Object.assign(image, { status: 'saving' }));
    world.clock.after(world.durations.snapshot + world.durations.upload, () => finishUpload(call, volume, image));
  }
  const facts = { id: volume.id, updated_at: null, status: 'uploading', display_description: volume.description };
  const type = { id: volume.type, name: volume.type };
  return {
    status: 202,
    body: {
      'os-volume_upload_image': {
        ...facts,
        size: volume.size,
        volume_type: type,
        image_id: image.id,
        ...format,
        image_name: asked.image_name,
        visibility: image.base.visibility,
        protected: false,
      },
    },
  };
}
