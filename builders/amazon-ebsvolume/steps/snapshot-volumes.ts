import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { createSnapshot, type MadeSnapshot } from '../../_amazon/images/create-snapshot.ts';
import { shareSnapshot } from '../../_amazon/images/steps/share-image.ts';
import type { BuiltVolume } from '../volumes.ts';

async function snapshotOf({ options, volume }: BuiltVolume, amazon: AmazonBuild): Promise<MadeSnapshot> {
  const { build, cloud } = amazon;
  const description = options.snapshot_description ?? `${build.name}: ${volume.device}`;
  const tags = options.snapshot_tags ?? {};
  const snapshot = await createSnapshot({ volumeId: volume.id, description, tags }, amazon);
  await shareSnapshot(options, snapshot.id, cloud, build.signal);
  return snapshot;
}

/** Snapshots of the volumes that are to have one, made at once and shared. */
export async function snapshotVolumes(
  volumes: readonly BuiltVolume[],
  amazon: AmazonBuild,
): Promise<readonly MadeSnapshot[]> {
  const wanted = volumes.filter(({ options }) => options.snapshot_volume);
  return Promise.all(wanted.map((each) => snapshotOf(each, amazon)));
}
