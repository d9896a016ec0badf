import { retryWhile } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../amazon-build.ts';
import { MAIN_IMAGE } from '../../pending-parts.ts';
import { blockDevices, snapshotsOf, type DeviceOptions } from '../../api/block-devices.ts';
import { amazonCode } from '../../api/failure.ts';
import { makeImage, unlessNameTaken, type ImageTags, type MadeImage } from '../make-image.ts';

const STATE_LIMIT = 10 * 60_000;

function notStoppedYet(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(InvalidParameterValue|IncorrectState|IncorrectInstanceState)$/.test(amazonCode(error) ?? '') &&
    /state/.test(error.message)
  );
}

/** Makes an image of the instance, in its region, and waits until it is available. */
export async function createImage(
  instanceId: string,
  image: {
    readonly name: string;
    readonly description: string;
    readonly devices: readonly DeviceOptions[] | undefined;
    readonly tags: ImageTags;
  },
  amazon: AmazonBuild,
): Promise<MadeImage> {
  const { build, cloud } = amazon;
  const devices = blockDevices(image.devices);
  const settling = { signal: build.signal, limit: STATE_LIMIT };
  return makeImage(
    {
      part: MAIN_IMAGE,
      describe: `AMI ${image.name} in ${cloud.region}`,
      tags: image.tags,
      cloud,
      foreignSnapshots: snapshotsOf(devices),
    },
    (token, TagSpecifications) => {
      const ask = async (): Promise<string> => {
        const made = await cloud.ec2('CreateImage', {
          InstanceId: instanceId,
          Name: image.name,
          ...(image.description === '' ? {} : { Description: image.description }),
          ...(devices.length === 0 ? {} : { BlockDeviceMappings: devices }),
          TagSpecifications,
        });
        return made.ImageId ?? '';
      };
      return unlessNameTaken(() => retryWhile(ask, notStoppedYet, settling), token, amazon);
    },
    amazon,
  );
}
