import type { RenderData } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { createSnapshot, type MadeSnapshot } from '../../_amazon/steps/create-snapshot.ts';
import { shareSnapshot } from '../../_amazon/images/steps/share-image.ts';
import { renderTags } from '../../_amazon/tags.ts';
import type { BuiltVolume } from '../volumes.ts';

async function snapshotOf(
  { options, volume }: BuiltVolume,
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<MadeSnapshot> {
  const { build, cloud } = amazon;
  const description = options.snapshot_description ?? `${build.name}: ${volume.device}`;
  const tags = renderTags(options.snapshot_tags, options.snapshot_tag, facts, build);
  const snapshot = await createSnapshot({ volumeId: volume.id, description, tags }, amazon);
  await shareSnapshot(options, snapshot.id, cloud);
  return snapshot;
}

/** Snapshots of the volumes that are to have one, made at once and shared. */
export async function snapshotVolumes(
  volumes: readonly BuiltVolume[],
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<readonly MadeSnapshot[]> {
  const wanted = volumes.filter(({ options }) => options.snapshot_volume);
  return Promise.all(wanted.map((each) => snapshotOf(each, facts, amazon)));
}
