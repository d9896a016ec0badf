import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { defaultVpc } from '../calls/security-groups.ts';
import { usableImage } from '../calls/images/images.ts';
import type { Call } from '../call.ts';
import { architecturesOf, isInstanceType, isXen } from './instance-types.ts';
import { AwsProblem, invalidCombination, invalidValue } from '../problem.ts';
import type { ImageEntry, KeyPairEntry, SecurityGroupEntry, SubnetEntry } from '../region.ts';

export interface LaunchPlace {
  readonly subnet: SubnetEntry;
  readonly groups: readonly SecurityGroupEntry[];
  readonly publicAddress: boolean;
}

/** @throws AwsProblem when the image cannot be started as that type */
export function checkImage(call: Call, id: string | undefined, type: string): ImageEntry {
  if (id === undefined) throw new AwsProblem('MissingParameter', 'The request must contain the parameter ImageId');
  const image = usableImage(call, id);
  if (image.view.State !== 'available') {
    throw new AwsProblem('InvalidAMIID.Unavailable', `The image ID '${id}' is not available`);
  }
  if (!isInstanceType(type)) throw new AwsProblem('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  const architecture = image.view.Architecture ?? 'x86_64';
  const possible = architecturesOf(type);
  if (!possible.includes(architecture)) {
    throw new AwsProblem(
      'InvalidParameterValue',
      `The architecture '${possible.join(',')}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
  if (image.view.EnaSupport !== true && !isXen(type)) {
    throw new AwsProblem(
      'InvalidParameterCombination',
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${type}' instance type. Ensure that you are using an AMI that is enabled for ENA.`,
    );
  }
  return image;
}

/** @throws AwsProblem when the key pair does not exist, or does not fit the image */
export function checkKey(call: Call, name: string | undefined, image: ImageEntry): KeyPairEntry | undefined {
  if (name === undefined) return undefined;
  const key = call.region.keyPairs.get(name);
  if (image.view.Platform === 'Windows' && key.view.KeyType === 'ed25519') {
    throw new AwsProblem('InvalidParameterCombination', 'ED25519 key pairs are not supported for Windows instances.');
  }
  return key;
}

function subnetFor(call: Call, id: string | undefined, zone: string | undefined): SubnetEntry {
  const { region } = call;
  if (zone !== undefined && !region.zones.includes(zone)) {
    throw new AwsProblem('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
  }
  if (id !== undefined) {
    const subnet = region.subnets.get(id);
    if (zone !== undefined && subnet.view.AvailabilityZone !== zone) {
      throw new AwsProblem(
        'InvalidParameterValue',
        `The availability zone '${zone}' does not match that of subnet ${id}`,
      );
    }
    return subnet;
  }
  const vpc = defaultVpc(region).view.VpcId;
  const found = region.subnets
    .listed()
    .find(
      ({ view }) =>
        view.VpcId === vpc && view.DefaultForAz === true && (zone ?? view.AvailabilityZone) === view.AvailabilityZone,
    );
  if (found === undefined) throw new AwsProblem('MissingInput', `No default subnet for zone '${zone ?? ''}'`);
  return found;
}

function groupsFor(
  call: Call,
  subnet: SubnetEntry,
  ids: readonly string[],
  names: readonly string[],
): readonly SecurityGroupEntry[] {
  const { VpcId: vpc } = subnet.view;
  const { securityGroups } = call.region;
  const found = [
    ...ids.map((id) => securityGroups.get(id)),
    ...names.map((name) => {
      const named = securityGroups.all().find(({ view }) => view.GroupName === name && view.VpcId === vpc);
      if (named === undefined)
        throw new AwsProblem('InvalidGroup.NotFound', `The security group '${name}' does not exist in VPC '${vpc}'`);
      return named;
    }),
  ];
  for (const { view } of found) {
    if (view.VpcId !== vpc) {
      throw new AwsProblem(
        'InvalidParameter',
        `Security group ${view.GroupId} and subnet ${subnet.view.SubnetId} belong to different networks.`,
      );
    }
  }
  if (found.length > 0) return found;
  return securityGroups.all().filter(({ view }) => view.GroupName === 'default' && view.VpcId === vpc);
}

/** @throws AwsProblem when network interface, subnet, zone and groups contradict each other */
export function checkPlace(call: Call, input: RunInstancesRequest): LaunchPlace {
  const [own, another] = input.NetworkInterfaces ?? [];
  if (another !== undefined) throw new AwsProblem('NotImplemented', 'The test server gives one network interface', 501);
  if (own !== undefined) {
    if (input.SubnetId !== undefined) {
      throw invalidCombination(
        'Network interfaces and an instance-level subnet ID may not be specified on the same request',
      );
    }
    if (input.SecurityGroupIds !== undefined || input.SecurityGroups !== undefined) {
      throw invalidCombination(
        'Network interfaces and an instance-level security groups may not be specified on the same request',
      );
    }
    if (own.DeviceIndex !== 0) throw invalidCombination('A network interface with device index 0 is needed');
  }
  if (input.SecurityGroups !== undefined && input.SubnetId !== undefined) {
    throw invalidCombination('The parameter groupName cannot be used with the parameter subnet');
  }
  const subnet = subnetFor(call, own?.SubnetId ?? input.SubnetId, input.Placement?.AvailabilityZone);
  const groups = groupsFor(call, subnet, own?.Groups ?? input.SecurityGroupIds ?? [], input.SecurityGroups ?? []);
  return { subnet, groups, publicAddress: own?.AssociatePublicIpAddress ?? subnet.view.MapPublicIpOnLaunch ?? false };
}

/** @throws AwsProblem for values that stand alone and are wrong */
export function checkValues(input: RunInstancesRequest): void {
  const { MinCount: least = 0, MaxCount: most = 0 } = input;
  if (least < 1 || most < least) throw invalidValue('minCount', String(least), 'Expecting 1 to maxCount.');
  const data = Buffer.from(input.UserData ?? '', 'base64');
  if (
    input.UserData !== undefined &&
    data.toString('base64').replaceAll('=', '') !== input.UserData.replaceAll('=', '')
  ) {
    throw new AwsProblem('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (data.length > 16_384) throw new AwsProblem('InvalidParameterValue', 'User data is limited to 16384 bytes');
  const behaviour: string | undefined = input.InstanceInitiatedShutdownBehavior;
  if (behaviour !== undefined && behaviour !== 'stop' && behaviour !== 'terminate') {
    throw invalidValue('instanceInitiatedShutdownBehavior', behaviour);
  }
  const hops = input.MetadataOptions?.HttpPutResponseHopLimit;
  if (hops !== undefined && (hops < 1 || hops > 64)) throw invalidValue('httpPutResponseHopLimit', String(hops));
}
