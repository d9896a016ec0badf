import type { Image } from '../../_googlecompute/api/driver.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import { imageRequest } from '../../_googlecompute/images/image-request.ts';
import { insertImage, type MadeImage } from '../../_googlecompute/images/insert-image.ts';
import type { FilledConfig } from '../fill-in.ts';
import type { Launched } from '../instance.ts';

function imageOf(config: FilledConfig, { instance }: Launched): Image & { readonly name: string } {
  const boot = instance.disks?.find((disk) => disk.boot === true);
  return { ...imageRequest(config), sourceDisk: boot?.source ?? '' };
}

/** Makes an image of the disk of the stopped instance, and waits until it is ready. */
export function createImage(config: FilledConfig, launched: Launched, google: GoogleBuild): Promise<MadeImage> {
  const limit = { milliseconds: config.image_creation_timeout, option: 'image_creation_timeout' };
  return insertImage({ project: config.project_id, image: imageOf(config, launched), limit }, google);
}
