import { keepTogether } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { unlessGone } from '../../_amazon/api/failure.ts';
import { attachedVolumes } from '../../_amazon/instance/instance-volumes.ts';
import { removeOwnTags } from '../../_amazon/images/steps/keep-images.ts';
import type { Result } from '../result.ts';

/** The volumes stay when the instance goes, and Kiln's own tags come off them and off the snapshots. */
export async function keepResult(
  InstanceId: string,
  { volumes, acquired }: Result,
  amazon: AmazonBuild,
): Promise<void> {
  const { cloud } = amazon;
  // The instance may be gone with an earlier process, which had come further.
  const attached = (await unlessGone(attachedVolumes(InstanceId, amazon))) ?? [];
  const going = attached.filter(({ id, goes }) => goes && volumes.some((each) => each.id === id));
  const BlockDeviceMappings = going.map(({ device, id }) => ({
    DeviceName: device,
    Ebs: { VolumeId: id, DeleteOnTermination: false },
  }));
  if (going.length > 0) await cloud.ec2('ModifyInstanceAttribute', { InstanceId, BlockDeviceMappings });
  await keepTogether(acquired);
  const ids = acquired.map(({ id }) => id);
  await removeOwnTags(ids, cloud.region, amazon);
}
