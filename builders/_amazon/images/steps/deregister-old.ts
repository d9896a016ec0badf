import type { AmazonWork } from '../../amazon-build.ts';
import { snapshotsOf } from '../../api/block-devices.ts';
import { unlessGone } from '../../api/failure.ts';
import { imagesNamed, targetRegions, type NameOptions } from '../check-names.ts';

/** Removes the AMIs that have the name already, where the template or -force says so. */
export async function deregisterOld(config: NameOptions, { build, cloud }: AmazonWork): Promise<void> {
  if (!config.force_deregister && !build.force) return;
  await Promise.all(
    targetRegions(config, cloud.region).map(async (region) => {
      const there = cloud.in(region);
      for (const { ImageId = '', BlockDeviceMappings } of await imagesNamed(config.ami_name, there)) {
        build.say(`deregistering the old AMI ${ImageId} in ${region}`);
        await unlessGone(there.ec2('DeregisterImage', { ImageId }));
        if (!config.force_delete_snapshot) continue;
        for (const SnapshotId of snapshotsOf(BlockDeviceMappings)) {
          await unlessGone(there.ec2('DeleteSnapshot', { SnapshotId }));
        }
      }
    }),
  );
}
