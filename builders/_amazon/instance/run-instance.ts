import { ownTags, retryWhile, type Tags } from '../../../plugins/sdk/cloud.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import type { Image, Instance, RunInstancesCommandInput } from '../api/driver.ts';
import { amazonCode, isNotFound } from '../api/failure.ts';
import { waitForState } from './instance-life.ts';
import { launchData, type LaunchData } from './launch-data.ts';
import type { LaunchDevicesOptions } from '../mixins/launch-devices.gen.ts';
import type { NetworkOptions } from '../mixins/network.gen.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { tagged } from '../tags.ts';

export interface Launch {
  readonly image: Image;
  readonly keyName: string | undefined;
  readonly securityGroups: readonly string[];
  readonly subnetIds: readonly string[];
  readonly profile: string | undefined;
  readonly userData: string | undefined;
  /** Ids and names of what was made a moment ago for the instance. */
  readonly fresh: readonly string[];
  readonly tags: Tags;
  readonly volumeTags: Tags;
}

/** How long EC2 may take to know everywhere what was made a moment ago. Milliseconds. */
export const CONSISTENCY_LIMIT: number = 3 * 60_000;

/** Where another zone may help. */
const NO_ROOM =
  /^(InsufficientInstanceCapacity|InsufficientHostCapacity|Unsupported|InsufficientFreeAddressesInSubnet)$/;

/** EC2 does not know yet what was made a moment ago. */
export function isInconsistent(error: unknown, fresh: readonly string[]): boolean {
  if (!(error instanceof Error) || !fresh.some((name) => error.message.includes(name))) return false;
  return isNotFound(error) || amazonCode(error) === 'InvalidParameterValue';
}

/** For the release of an instance: whether EC2 leaves volumes, and which of them are to stay. */
export function volumeLocator(
  config: LaunchDevicesOptions,
  image: Image,
): { mayLeaveVolumes: string[]; keptDevices: string[] } {
  const listed = (config.launch_block_device_mappings ?? []).map(({ device_name: name = '' }) => name);
  const left = (image.BlockDeviceMappings ?? [])
    .filter(({ DeviceName = '', Ebs }) => Ebs?.DeleteOnTermination === false && !listed.includes(DeviceName))
    .map(({ DeviceName = '' }) => DeviceName);
  return { mayLeaveVolumes: left, keptDevices: listed };
}

function network(
  config: NetworkOptions,
  groups: readonly string[],
  subnetId: string | undefined,
): Partial<RunInstancesCommandInput> {
  const { associate_public_ip_address: associate } = config;
  if (associate === undefined || subnetId === undefined) {
    return { SecurityGroupIds: [...groups], ...(subnetId === undefined ? {} : { SubnetId: subnetId }) };
  }
  return {
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: associate,
        SubnetId: subnetId,
        Groups: [...groups],
        DeleteOnTermination: true,
      },
    ],
  };
}

async function runIn(
  subnetId: string | undefined,
  ClientToken: string,
  { config, launch, data, own }: { config: RunOptions; launch: Launch; data: LaunchData; own: Tags },
  { build, cloud }: AmazonBuild,
): Promise<string> {
  const instanceTags = { ...launch.tags, ...own };
  const input: RunInstancesCommandInput = {
    ...data,
    MinCount: 1,
    MaxCount: 1,
    ClientToken,
    ...(config.instance_type === undefined
      ? {}
      : { InstanceType: config.instance_type as NonNullable<RunInstancesCommandInput['InstanceType']> }),
    ...network(config, launch.securityGroups, subnetId),
    TagSpecifications: tagged({
      instance: instanceTags,
      'network-interface': instanceTags,
      volume: { ...launch.volumeTags, ...own },
    }),
  };
  const { Instances = [] } = await retryWhile(
    () => cloud.ec2('RunInstances', input),
    (error) => isInconsistent(error, launch.fresh),
    { signal: build.signal, limit: CONSISTENCY_LIMIT },
  );
  return Instances[0]?.InstanceId ?? '';
}

/** Tries one subnet after another while AWS has no room in them. */
async function runSomewhere(
  token: string,
  parts: { config: RunOptions; launch: Launch; data: LaunchData; own: Tags },
  amazon: AmazonBuild,
): Promise<string> {
  const places = parts.launch.subnetIds.length === 0 ? [undefined] : parts.launch.subnetIds;
  for (const [index, subnetId] of places.entries()) {
    try {
      return await runIn(subnetId, `${token}-${index}`, parts, amazon);
    } catch (error) {
      if (index === places.length - 1 || !NO_ROOM.test(amazonCode(error) ?? '')) throw error;
      amazon.build.say(`${subnetId ?? ''} has no room for it (${amazonCode(error) ?? ''}); trying the next subnet`);
    }
  }
  return '';
}

/** Starts the instance and waits until it runs; it is terminated when the build is over. */
export async function runInstance(
  config: RunOptions & LaunchDevicesOptions,
  launch: Launch,
  amazon: AmazonBuild,
): Promise<{ readonly instance: Instance; readonly acquired: Acquired<string, undefined> }> {
  const { build, cloud, kinds } = amazon;
  const data = launchData(config, launch.image, launch);
  const acquired = await build.acquire(kinds.instance, {
    describe: `instance in ${cloud.region}`,
    locator: locatorOf(cloud, volumeLocator(config, launch.image)),
    create: (token) =>
      kinds.instance.createUnlessRefused(token, async () => {
        const own = ownTags(build, token);
        return { id: await runSomewhere(token, { config, launch, data, own }, amazon), handle: undefined };
      }),
  });
  build.say(`the instance is ${acquired.id}`);
  return { instance: await waitForState(acquired.id, 'running', amazon), acquired };
}
