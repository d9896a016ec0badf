import { readLocator } from '../../../plugins/sdk/cloud.ts';
import type { Artifact, ReleaseContext } from '../../../plugins/sdk/index.ts';
import type { Cloud } from '../api/cloud.ts';
import { openstackKinds } from '../kinds/kinds.ts';

/** An image as a result; undefined: none was made. */
export function artifactOf(builderId: string, id: string | undefined, { region, access }: Cloud): Artifact {
  return {
    builderId,
    id: id ?? '',
    description: id === undefined ? 'no image was made (skip_create_image)' : `An image was created: ${id}`,
    files: [],
    properties: { image: id ?? '', region, access },
  };
}

const kinds = openstackKinds('openstack');

/** Deletes the image, once a post-processor has used it up. */
export async function discardImage({ properties }: Artifact, context: ReleaseContext): Promise<void> {
  const id = readLocator(properties).text('image');
  if (id === '') return;
  const { access = {}, region = '' } = properties;
  await kinds.image.release(id, { access, region }, context);
}
