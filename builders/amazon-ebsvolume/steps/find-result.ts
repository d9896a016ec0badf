import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { isNotFound } from '../../_amazon/api/failure.ts';
import { lost } from '../../_cloud/lost.ts';
import type { NotedResult, Result } from '../result.ts';

/** Takes over what an earlier process had made. Throws `StepError` RESUME_LOST when a volume or a snapshot is gone. */
export async function findResult({ volumes, snapshots }: NotedResult, amazon: AmazonBuild): Promise<Result> {
  const { cloud, kinds } = amazon;
  const ids = volumes.map(({ id }) => id);
  try {
    if (ids.length > 0) await cloud.ec2('DescribeVolumes', { VolumeIds: ids });
    if (snapshots.length > 0) await cloud.ec2('DescribeSnapshots', { SnapshotIds: [...snapshots] });
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    throw lost('a volume or a snapshot of the build is not there any more', undefined, cause);
  }
  const acquired = [
    ...snapshots.map((id) => adoptedOrKept(kinds.snapshot, id, amazon.build)),
    ...ids.map((id) => adoptedOrKept(kinds.instanceVolume, id, amazon.build)),
  ];
  return { volumes, snapshots, acquired };
}
