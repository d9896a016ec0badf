import { readLocator } from '../../../plugins/sdk/cloud.ts';
import { amazonKinds } from '../kinds/kinds.ts';
import type { Artifact, ReleaseContext } from '../../../plugins/sdk/index.ts';
import type { Cloud } from '../api/cloud.ts';
import type { MadeImage } from './make-image.ts';

/** The images of a build as its result, with Packer's id: "region:ami,region:ami". */
export function artifactOf(builderId: string, images: readonly MadeImage[], { region, access }: Cloud): Artifact {
  const sorted = images.toSorted((one, other) => one.region.localeCompare(other.region));
  const lines = sorted.map((image) => `${image.region}: ${image.id}`);
  return {
    builderId,
    id: sorted.map((image) => `${image.region}:${image.id}`).join(','),
    description:
      sorted.length === 0 ? 'no AMI was made (skip_create_ami)' : `AMIs were created:\n${lines.join('\n')}\n`,
    files: [],
    properties: {
      region,
      amis: Object.fromEntries(sorted.map((image) => [image.region, image.id])),
      snapshots: Object.fromEntries(sorted.map((image) => [image.region, [...image.snapshotIds]])),
      access,
    },
  };
}

const kinds = amazonKinds('amazon');

/** Deregisters the images and deletes their snapshots, once a post-processor has used them up. */
export async function discardImages({ properties }: Artifact, context: ReleaseContext): Promise<void> {
  for (const [region, id] of Object.entries(properties['amis'] ?? {})) {
    if (typeof id !== 'string') continue;
    // What the template named for a device is behind the image too, and is not this build's.
    const ownSnapshots = [...readLocator(properties['snapshots'] ?? {}).list(region)];
    await kinds.image.release(id, { access: properties['access'] ?? {}, region, ownSnapshots }, context);
  }
}
