import { ownTags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import { StepError, type Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { Image } from '../../_amazon/api/driver.ts';
import type { Machine } from '../../_amazon/api/machine.ts';
import { tagged } from '../../_amazon/tags.ts';
import { TEN_MINUTES, waitUntil } from '../../_amazon/api/wait-until.ts';
import type { AmazonChrootBuilderConfig } from '../config.gen.ts';
import { rootDeviceOf, volumeRequest } from '../volume-request.ts';

async function waitUntilAvailable(id: string, amazon: AmazonBuild): Promise<void> {
  const look = async (): Promise<PollResult<undefined> | undefined> => {
    const { Volumes = [] } = await amazon.cloud.ec2('DescribeVolumes', { VolumeIds: [id] });
    const state = Volumes[0]?.State;
    if (state === undefined) return undefined;
    if (state === 'available') return { done: undefined };
    if (state === 'creating') return { state };
    return { failed: `it is ${state}`, hint: 'AWS gives no reason; a key of KMS that cannot be used is the usual one' };
  };
  await waitUntil({ thing: `the volume ${id}`, wanted: 'available', limit: TEN_MINUTES, look }, amazon);
}

/**
 * Makes the volume to build on, in the zone of this machine. `source` undefined: an empty one. Throws `StepError`
 * AMAZON_FAILED.
 */
export async function createVolume(
  config: AmazonChrootBuilderConfig,
  source: Image | undefined,
  machine: Machine,
  amazon: AmazonBuild,
): Promise<Acquired<string, undefined>> {
  const { build, cloud, kinds } = amazon;
  const root = source === undefined ? undefined : rootDeviceOf(source);
  if (source !== undefined && root?.SnapshotId === undefined) {
    const message = `the AMI ${source.ImageId ?? ''} has no snapshot of its root device`;
    throw new StepError(message, {
      code: 'AMAZON_SOURCE_UNFIT',
      pointer: (config.source_ami ?? '') === '' ? '/source_ami_filter' : '/source_ami',
    });
  }
  const tags = { Name: 'Packer Builder', ...config.root_volume_tags };
  const acquired = await build.acquire(kinds.volume, {
    describe: `volume in ${machine.zone}`,
    locator: locatorOf(cloud),
    create: (token) =>
      kinds.volume.createUnlessRefused(token, async () => {
        const { VolumeId = '' } = await cloud.ec2('CreateVolume', {
          ...volumeRequest(config, root),
          AvailabilityZone: machine.zone,
          ClientToken: token,
          TagSpecifications: tagged({ volume: { ...tags, ...ownTags(build, token) } }),
        });
        return { id: VolumeId, handle: undefined };
      }),
  });
  build.say(`the volume ${acquired.id} is being made in ${machine.zone}`);
  await waitUntilAvailable(acquired.id, amazon);
  return acquired;
}
