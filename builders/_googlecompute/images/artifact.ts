import { readLocator } from '../../../plugins/sdk/cloud.ts';
import type { Artifact, ReleaseContext } from '../../../plugins/sdk/index.ts';
import type { Cloud } from '../api/cloud.ts';
import type { Image } from '../api/driver.ts';
import { googleKinds } from '../kinds/kinds.ts';

/** Where the image was made, and of what. */
export interface ImageOrigin {
  readonly builderId: string;
  readonly project: string;
  /** Empty when it was made of no disk. */
  readonly zone: string;
}

/** An image as a result; undefined: none was made. */
export function artifactOf(
  { builderId, project, zone }: ImageOrigin,
  image: Image | undefined,
  cloud: Cloud,
): Artifact {
  const name = image?.name ?? '';
  return {
    builderId,
    id: name,
    description:
      name === ''
        ? 'no image was made (skip_create_image)'
        : `A disk image was created in the '${project}' project: ${name}`,
    files: [],
    properties: {
      ImageName: name,
      ImageSizeGb: Number(image?.diskSizeGb ?? 0),
      ProjectId: project,
      BuildZone: zone,
      image: name,
      project,
      access: cloud.access,
    },
  };
}

const kinds = googleKinds('googlecompute');

/** Deletes the image, once a post-processor has used it up. */
export async function discardImage({ properties }: Artifact, context: ReleaseContext): Promise<void> {
  const locator = readLocator(properties);
  const name = locator.text('image');
  if (name === '') return;
  const { access = {} } = properties;
  await kinds.image.release(name, { access, project: locator.text('project'), place: 'global', name }, context);
}
