import { StepError } from '../../../plugins/sdk/index.ts';
import type { AttachedDisk, Image } from '../../_googlecompute/api/driver.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import { imageRequest } from '../../_googlecompute/images/image-request.ts';
import { insertImage, type MadeImage } from '../../_googlecompute/images/insert-image.ts';
import { imageProject, type FilledConfig } from '../fill-in.ts';
import type { Launched } from '../instance.ts';
import { deviceName } from '../request/disks.ts';

/** The disk that becomes the image, and the key that it is encrypted with. */
interface Source {
  readonly disk: AttachedDisk | undefined;
  readonly rawKey: string | undefined;
}

function sourceOf(config: FilledConfig, { instance: { disks = [] } }: Launched): Source {
  const further = config.disk_attachment ?? [];
  const index = further.findIndex((disk) => disk.create_image);
  const chosen = further[index];
  if (chosen === undefined) {
    return { disk: disks.find(({ boot }) => boot === true), rawKey: config.disk_encryption_key?.rawKey };
  }
  const device = deviceName(chosen, index);
  return { disk: disks.find((disk) => disk.deviceName === device), rawKey: chosen.disk_encryption_key?.rawKey };
}

async function requestOf(config: FilledConfig, launched: Launched): Promise<Image & { readonly name: string }> {
  const { disk, rawKey } = sourceOf(config, launched);
  const sourceDisk = disk?.source ?? '';
  if (sourceDisk === '')
    throw new StepError('the instance has not the disk to make an image of', { code: 'GOOGLE_DISK' });
  return {
    ...(await imageRequest(config)),
    sourceDisk,
    ...(rawKey === undefined ? {} : { sourceDiskEncryptionKey: { rawKey } }),
  };
}

/** Makes an image of a disk of the stopped instance, and waits until it is ready. */
export async function createImage(config: FilledConfig, launched: Launched, google: GoogleBuild): Promise<MadeImage> {
  const limit = { milliseconds: config.image_creation_timeout, option: 'image_creation_timeout' };
  const image = await requestOf(config, launched);
  return insertImage({ project: imageProject(config), image, limit }, google);
}
