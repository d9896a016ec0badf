import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import type { CreateFleetCommandInput, Ec2Calls, Instance, RequestLaunchTemplateData } from '../api/driver.ts';
import { waitForState } from './instance-life.ts';
import { launchData } from './launch-data.ts';
import type { LaunchDevicesOptions } from '../mixins/launch-devices.gen.ts';
import type { NetworkOptions } from '../mixins/network.gen.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { tagged } from '../tags.ts';
import { waitFor } from '../api/wait.ts';
import { isInconsistent, CONSISTENCY_LIMIT, volumeLocator, type Launch } from './run-instance.ts';

export interface SpotTags {
  readonly template: Tags;
  readonly fleet: Tags;
}

type Options = RunOptions & LaunchDevicesOptions;

function network(config: NetworkOptions, groups: readonly string[]): Partial<RequestLaunchTemplateData> {
  const { associate_public_ip_address: associate } = config;
  if (associate === undefined) return { SecurityGroupIds: [...groups] };
  return {
    NetworkInterfaces: [
      { DeviceIndex: 0, AssociatePublicIpAddress: associate, Groups: [...groups], DeleteOnTermination: true },
    ],
  };
}

function templateData(config: Options, launch: Launch, own: Tags): RequestLaunchTemplateData {
  // A spot request that happens once takes no other shutdown behavior.
  const { InstanceInitiatedShutdownBehavior: _behavior, ...data } = launchData(config, launch.image, launch);
  const instanceTags = { ...launch.tags, ...own };
  return {
    ...data,
    ...network(config, launch.securityGroups),
    InstanceMarketOptions: {
      MarketType: 'spot',
      SpotOptions: config.spot_price === 'auto' ? {} : { MaxPrice: config.spot_price },
    },
    TagSpecifications: tagged({
      instance: instanceTags,
      'network-interface': instanceTags,
      volume: { ...launch.volumeTags, ...own },
    }),
  };
}

type Override = NonNullable<NonNullable<CreateFleetCommandInput['LaunchTemplateConfigs']>[number]['Overrides']>[number];

/** Every type in every zone that may be used: AWS takes one that it has. */
function overrides(config: RunOptions, launch: Launch): Override[] {
  const types = config.spot_instance_types ?? (config.instance_type === undefined ? [] : [config.instance_type]);
  const subnets = launch.subnetIds.length === 0 ? [undefined] : launch.subnetIds;
  return subnets.flatMap((SubnetId) =>
    types.map((type, index) => ({
      InstanceType: type as NonNullable<Override['InstanceType']>,
      ...(SubnetId === undefined ? {} : { SubnetId }),
      ...(config.spot_allocation_strategy === 'capacity-optimized-prioritized' ? { Priority: index } : {}),
    })),
  );
}

type FleetErrors = NonNullable<Ec2Calls['CreateFleet']['output']['Errors']>;

function isSettling(errors: FleetErrors, fresh: readonly string[]): boolean {
  return (
    errors.length > 0 &&
    errors.every(
      ({ ErrorCode = '', ErrorMessage = '' }) =>
        /NotFound|InvalidParameterValue/.test(ErrorCode) && fresh.some((name) => ErrorMessage.includes(name)),
    )
  );
}

function withoutInstance(errors: FleetErrors): StepError {
  const reasons = errors.map(({ ErrorCode = '', ErrorMessage = '', LaunchTemplateAndOverrides: asked }) => {
    const { InstanceType = '', SubnetId = '', AvailabilityZone = '' } = asked?.Overrides ?? {};
    return `${[InstanceType, SubnetId, AvailabilityZone].filter((part) => part !== '').join(' ')}: ${ErrorMessage} (${ErrorCode})`;
  });
  return new StepError(`AWS has no spot instance:\n${[...new Set(reasons)].join('\n')}`, {
    code: 'AMAZON_NO_CAPACITY',
    hint: 'name more types in spot_instance_types, a higher spot_price, or several subnets by subnet_filter',
  });
}

/** Asks again while AWS does not know yet what was made a moment ago, which it says in a reply, or by refusing. */
async function askFleet(
  token: string,
  input: Omit<CreateFleetCommandInput, 'ClientToken'>,
  fresh: readonly string[],
  { build, cloud, polling }: AmazonBuild,
): Promise<string> {
  let asked = 0;
  return waitFor({
    what: 'AWS to know the launch template of the spot instance',
    limit: CONSISTENCY_LIMIT,
    polling,
    signal: build.signal,
    mayBeUnknown: 0,
    look: async () => {
      asked += 1;
      // With the token of an earlier fleet AWS would give that one's reply again.
      const call = cloud.ec2('CreateFleet', { ...input, ClientToken: `${token}-${asked}` });
      const reply = await call.catch((error: unknown) => {
        if (isInconsistent(error, fresh)) return undefined;
        throw error;
      });
      const id = reply?.Instances?.[0]?.InstanceIds?.[0];
      if (id !== undefined) return { done: id };
      if (reply === undefined || isSettling(reply.Errors ?? [], fresh)) return { state: 'not known yet' };
      throw withoutInstance(reply.Errors ?? []);
    },
  });
}

/** Starts a spot instance and waits until it runs; it is terminated when the build is over. */
export async function runSpotInstance(
  config: Options,
  launch: Launch,
  tags: SpotTags,
  amazon: AmazonBuild,
): Promise<{ readonly instance: Instance }> {
  const { build, cloud, kinds } = amazon;
  // Tags of a template are fixed before the fleet is asked for, so the instance is marked with a token of its own.
  let mark = '';
  const template = await build.acquire(kinds.launchTemplate, {
    describe: `launch template in ${cloud.region}`,
    locator: locatorOf(cloud),
    create: (token) =>
      kinds.launchTemplate.createUnlessRefused(token, async () => {
        mark = token;
        const { LaunchTemplate } = await cloud.ec2('CreateLaunchTemplate', {
          LaunchTemplateName: `packer-fleet-launch-template-${token}`,
          VersionDescription: 'Temporary template of a build',
          ClientToken: token,
          LaunchTemplateData: templateData(config, launch, ownTags(build, token)),
          TagSpecifications: tagged({ 'launch-template': { ...tags.template, ...ownTags(build, token) } }),
        });
        return { id: LaunchTemplate?.LaunchTemplateId ?? '', handle: undefined };
      }),
  });
  const { id } = await build.acquire(kinds.instance, {
    describe: `spot instance in ${cloud.region}`,
    locator: locatorOf(cloud, { ...volumeLocator(config, launch.image), mark }),
    create: (token) =>
      kinds.instance.createUnlessRefused(token, async () => {
        const strategy = config.spot_allocation_strategy;
        const input = {
          Type: 'instant' as const,
          LaunchTemplateConfigs: [
            {
              LaunchTemplateSpecification: { LaunchTemplateId: template.id, Version: '1' },
              Overrides: overrides(config, launch),
            },
          ],
          TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' as const },
          ...(strategy === undefined ? {} : { SpotOptions: { AllocationStrategy: strategy } }),
          TagSpecifications: tagged({ fleet: { ...tags.fleet, ...ownTags(build, token) } }),
        };
        const option = config.spot_instance_types === undefined ? '/spot_price' : '/spot_instance_types';
        const ask = (): Promise<string> => askFleet(token, input, [template.id, ...launch.fresh], amazon);
        return { id: await aboutOption(option, ask), handle: undefined };
      }),
  });
  build.say(`the spot instance is ${id}`);
  return { instance: await waitForState(id, 'running', amazon) };
}
