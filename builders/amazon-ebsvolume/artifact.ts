import { amazonKinds } from '../_amazon/kinds/kinds.ts';
import type { Artifact, JsonValue, ReleaseContext } from '../../plugins/sdk/index.ts';
import { type Cloud } from '../_amazon/api/cloud.ts';

/** Volumes and snapshots of a build as its result, with Packer's id: "region:snap-1,region:vol-1". */
export function artifactOf(
  volumes: readonly string[],
  snapshots: readonly string[],
  { region, access }: Cloud,
): Artifact {
  const ids = [...volumes, ...snapshots].map((id) => `${region}:${id}`).sort();
  return {
    builderId: 'mitchellh.amazon.ebsvolume',
    id: ids.join(','),
    description: ids.length === 0 ? 'no volume was kept' : `EBS Volumes were created:\n\n${ids.join('\n')}`,
    files: [],
    properties: { region, volumes: { [region]: [...volumes] }, snapshots: { [region]: [...snapshots] }, access },
  };
}

function idsByRegion(value: JsonValue | undefined): readonly (readonly [string, string])[] {
  return Object.entries(typeof value === 'object' ? (value ?? {}) : {}).flatMap(([region, ids]) =>
    Array.isArray(ids) ? ids.map((id): [string, string] => [region, String(id)]) : [],
  );
}

const kinds = amazonKinds('amazon-ebsvolume');

/** Deletes the volumes and the snapshots, once a post-processor has used them up. */
export async function discardVolumes({ properties }: Artifact, context: ReleaseContext): Promise<void> {
  const removals = [
    [properties['snapshots'], kinds.snapshot],
    [properties['volumes'], kinds.instanceVolume],
  ] as const;
  for (const [things, kind] of removals) {
    for (const [region, id] of idsByRegion(things)) {
      await kind.release(id, { access: properties['access'] ?? {}, region }, context);
    }
  }
}
