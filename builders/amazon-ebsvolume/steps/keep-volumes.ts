import type { Acquired } from '../../../plugins/sdk/index.ts';
import { hintsOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { AttachedVolume } from '../../_amazon/instance-volumes.ts';
import type { MadeSnapshot } from '../../_amazon/steps/create-snapshot.ts';
import { removeOwnTags } from '../../_amazon/steps/keep-images.ts';

/** Until it is kept, the volume goes with the instance whatever happens. */
function takeOver(
  { id, device }: AttachedVolume,
  { build, cloud, kinds }: AmazonBuild,
): Promise<Acquired<string, undefined>> {
  return build.acquire(kinds.instanceVolume, {
    describe: `volume ${id} of ${device} in ${cloud.region}`,
    hints: hintsOf(cloud, { volume: id }),
    create: () => Promise.resolve({ id, handle: undefined }),
  });
}

/** The volumes and snapshots are the result: they stay when the instance goes, and Kiln's own tags come off them. */
export async function keepVolumes(
  InstanceId: string,
  volumes: readonly AttachedVolume[],
  snapshots: readonly MadeSnapshot[],
  amazon: AmazonBuild,
): Promise<void> {
  const { cloud } = amazon;
  const made: Acquired<string, undefined>[] = snapshots.map(({ acquired }) => acquired);
  for (const volume of volumes) made.push(await takeOver(volume, amazon));
  const BlockDeviceMappings = volumes.map(({ device, id }) => ({
    DeviceName: device,
    Ebs: { VolumeId: id, DeleteOnTermination: false },
  }));
  if (volumes.length > 0) await cloud.ec2('ModifyInstanceAttribute', { InstanceId, BlockDeviceMappings });
  for (const acquired of made) await acquired.keep();
  await removeOwnTags(
    made.map(({ id }) => id),
    cloud.region,
    amazon,
  );
}
