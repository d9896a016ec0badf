import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { isNotFound } from '../../_amazon/failure.ts';
import { tagList, type Tags } from '../../_amazon/tags.ts';
import { whileUnsettled } from '../../_amazon/wait.ts';
import type { BuiltVolume } from '../volumes.ts';

const SETTLED_AFTER = 60_000;

/** The volumes were launched with the tags of the instance's volumes, and get their own instead. */
export async function tagVolumes(
  volumes: readonly BuiltVolume[],
  launchTags: Tags,
  { build, cloud }: AmazonBuild,
): Promise<void> {
  const settling = { signal: build.signal, limit: SETTLED_AFTER };
  const Resources = volumes.map(({ volume }) => volume.id);
  const Tags = Object.keys(launchTags).map((Key) => ({ Key }));
  if (Resources.length > 0 && Tags.length > 0) {
    await whileUnsettled(() => cloud.ec2('DeleteTags', { Resources, Tags }), isNotFound, settling);
  }
  for (const { options, volume } of volumes) {
    const own = tagList(options.tags ?? {});
    if (own.length === 0) continue;
    await whileUnsettled(() => cloud.ec2('CreateTags', { Resources: [volume.id], Tags: own }), isNotFound, settling);
  }
}
