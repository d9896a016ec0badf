import type { Tags } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { tagList } from '../../_amazon/tags.ts';
import { onceKnown } from '../../_amazon/api/wait.ts';
import type { BuiltVolume } from '../volumes.ts';

/** The volumes were launched with the tags of the instance's volumes, and get their own instead. */
export async function tagVolumes(
  volumes: readonly BuiltVolume[],
  launchTags: Tags,
  { build, cloud }: AmazonBuild,
): Promise<void> {
  const Resources = volumes.map(({ volume }) => volume.id);
  const Tags = Object.keys(launchTags).map((Key) => ({ Key }));
  if (Resources.length > 0 && Tags.length > 0) {
    await onceKnown(() => cloud.ec2('DeleteTags', { Resources, Tags }), build.signal);
  }
  for (const { options, volume } of volumes) {
    const own = tagList(options.tags ?? {});
    if (own.length === 0) continue;
    await onceKnown(() => cloud.ec2('CreateTags', { Resources: [volume.id], Tags: own }), build.signal);
  }
}
