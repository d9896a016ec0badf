import type {
  BlockDeviceMapping,
  EbsBlockDevice,
  Instance,
  GroupIdentifier,
  InstanceBlockDeviceMapping,
  InstanceNetworkInterface,
  Reservation,
  RunInstancesRequest,
  Tag,
} from '@aws-sdk/client-ec2';
import { mergeDevices, planVolume } from '../rules/block-devices.ts';
import { handle, onceFor, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { findProfile } from '../other-services/iam-state.ts';
import { inBackground, start, stateOf } from '../rules/instance-life.ts';
import { encryptionOf } from '../other-services/kms.ts';
import { checkImage, checkKey, checkPlace, checkValues, type LaunchPlace } from '../rules/launch-input.ts';
import { makeGuest } from '../../cloud/guest.ts';
import { AwsProblem } from '../problem.ts';
import type { ImageEntry, InstanceEntry, KeyPairEntry } from '../region.ts';
import { addSpotRequest, checkSpotPrice } from '../rules/spot-request.ts';
import { tagsFor } from '../rules/tags.ts';
import { fromTemplate } from '../rules/template-input.ts';
import type { InstanceAddress } from '../../cloud/addresses.ts';

export interface Launch {
  readonly input: RunInstancesRequest;
  readonly type: string;
  readonly image: ImageEntry;
  readonly key: KeyPairEntry | undefined;
  readonly place: LaunchPlace;
  readonly devices: readonly BlockDeviceMapping[];
  readonly tags: (kind: string) => Tag[];
  readonly spotRequest: string | undefined;
}

const TAGGED = ['instance', 'volume', 'network-interface', 'spot-instances-request'];

/**
 * Looks at a whole launch before anything is made.
 * @throws AwsProblem for the first thing that is wrong
 */
export function planLaunch(call: Call, input: RunInstancesRequest): Omit<Launch, 'spotRequest'> {
  const type = input.InstanceType ?? 'm1.small';
  const tags = tagsFor(input.TagSpecifications, TAGGED);
  checkValues(input);
  const image = checkImage(call, input.ImageId, type);
  const key = checkKey(call, input.KeyName, image);
  const place = checkPlace(call, input);
  const profile = input.IamInstanceProfile;
  if (profile !== undefined) findProfile(call, profile);
  if (input.EbsOptimized === true && /^(t1|t2|m1|m2|c1)\./.test(type)) {
    throw new AwsProblem('Unsupported', `EBS-optimized instances are not supported for the type '${type}'.`);
  }
  if (input.CreditSpecification !== undefined && !type.startsWith('t')) {
    throw new AwsProblem('InvalidParameterCombination', `The type '${type}' has no CPU credits.`);
  }
  const devices = mergeDevices(image.view.BlockDeviceMappings, input.BlockDeviceMappings);
  for (const device of devices)
    if (device.Ebs !== undefined) planVolume(call.region, device.DeviceName ?? '', device.Ebs);
  return { input, type, image, key, place, devices, tags };
}

interface MadeVolumes {
  readonly mappings: InstanceBlockDeviceMapping[];
  readonly broken: boolean;
}

function makeVolume(
  call: Call,
  launch: Launch,
  instanceId: string,
  name: string,
  ebs: EbsBlockDevice,
): { readonly mapping: InstanceBlockDeviceMapping; readonly broken: boolean } {
  const plan = planVolume(call.region, name, ebs);
  const source = { encrypted: plan.snapshot?.view.Encrypted ?? false, key: plan.snapshot?.view.KmsKeyId };
  const encryption = encryptionOf(call.region, ebs, source);
  const id = call.world.newId('vol');
  const now = call.world.clock.date();
  call.region.volumes.add(id, {
    view: {
      VolumeId: id,
      State: 'in-use',
      Size: plan.size,
      VolumeType: plan.type as 'gp2',
      Encrypted: encryption.encrypted,
      AvailabilityZone: launch.place.subnet.view.AvailabilityZone,
      SnapshotId: plan.snapshot?.view.SnapshotId ?? '',
      CreateTime: now,
      MultiAttachEnabled: false,
      Attachments: [
        {
          Device: name,
          InstanceId: instanceId,
          State: 'attached',
          VolumeId: id,
          AttachTime: now,
          DeleteOnTermination: plan.deleteOnTermination,
        },
      ],
      Tags: launch.tags('volume'),
      ...(plan.iops === undefined ? {} : { Iops: plan.iops }),
      ...(plan.throughput === undefined ? {} : { Throughput: plan.throughput }),
      ...(encryption.key === undefined ? {} : { KmsKeyId: encryption.key }),
    },
  });
  const Ebs = {
    VolumeId: id,
    AttachTime: now,
    DeleteOnTermination: plan.deleteOnTermination,
    Status: 'attached' as const,
  };
  return { mapping: { DeviceName: name, Ebs }, broken: encryption.broken };
}

function makeVolumes(call: Call, launch: Launch, instanceId: string): MadeVolumes {
  const made = launch.devices.flatMap((device) =>
    device.Ebs === undefined ? [] : [makeVolume(call, launch, instanceId, device.DeviceName ?? '', device.Ebs)],
  );
  return { mappings: made.map((each) => each.mapping), broken: made.some((each) => each.broken) };
}

function networkInterface(
  call: Call,
  launch: Launch,
  address: InstanceAddress,
  groups: GroupIdentifier[],
): InstanceNetworkInterface {
  const { subnet, publicAddress } = launch.place;
  const Association = { IpOwnerId: 'amazon', PublicDnsName: address.publicName, PublicIp: address.publicAddress };
  const association = publicAddress ? { Association } : {};
  return {
    ...association,
    NetworkInterfaceId: call.world.newId('eni'),
    OwnerId: call.caller.account,
    Description: '',
    InterfaceType: 'interface',
    MacAddress: '0e:00:00:00:00:01',
    SubnetId: subnet.view.SubnetId,
    VpcId: subnet.view.VpcId,
    PrivateIpAddress: address.privateAddress,
    PrivateDnsName: address.privateName,
    PrivateIpAddresses: [{ ...association, Primary: true, PrivateIpAddress: address.privateAddress }],
    Ipv6Addresses: [],
    Groups: groups,
    SourceDestCheck: true,
    Status: 'in-use',
    Attachment: {
      AttachmentId: call.world.newId('eni-attach'),
      AttachTime: call.world.clock.date(),
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      DeleteOnTermination: true,
      Status: 'attached',
    },
  };
}

function viewOf(
  call: Call,
  launch: Launch,
  id: string,
  index: number,
  address: InstanceAddress,
  mappings: InstanceBlockDeviceMapping[],
): InstanceEntry['view'] {
  const { input, image, place, type } = launch;
  const groups = place.groups.map(({ view }) => ({ GroupId: view.GroupId, GroupName: view.GroupName }));
  const profile = input.IamInstanceProfile === undefined ? undefined : findProfile(call, input.IamInstanceProfile);
  const metadata = input.MetadataOptions;
  const like = image.view;
  const view: Instance & InstanceEntry['view'] = {
    InstanceId: id,
    ImageId: like.ImageId,
    State: stateOf('pending'),
    InstanceType: type as 'm1.small',
    AmiLaunchIndex: index,
    Architecture: like.Architecture ?? 'x86_64',
    BlockDeviceMappings: mappings,
    RootDeviceName: like.RootDeviceName,
    RootDeviceType: 'ebs',
    VirtualizationType: like.VirtualizationType,
    Hypervisor: 'xen',
    EnaSupport: like.EnaSupport,
    SriovNetSupport: like.SriovNetSupport,
    BootMode: like.BootMode,
    TpmSupport: like.TpmSupport,
    Platform: like.Platform,
    PlatformDetails: like.PlatformDetails,
    UsageOperation: like.UsageOperation,
    EbsOptimized: input.EbsOptimized ?? false,
    LaunchTime: call.world.clock.date(),
    Monitoring: { State: input.Monitoring?.Enabled === true ? 'pending' : 'disabled' },
    Placement: {
      AvailabilityZone: place.subnet.view.AvailabilityZone,
      GroupName: input.Placement?.GroupName ?? '',
      Tenancy: input.Placement?.Tenancy ?? 'default',
      ...(input.Placement?.HostId === undefined ? {} : { HostId: input.Placement.HostId }),
    },
    ...(launch.key === undefined ? {} : { KeyName: launch.key.view.KeyName }),
    SecurityGroups: groups,
    SubnetId: place.subnet.view.SubnetId,
    VpcId: place.subnet.view.VpcId,
    PrivateIpAddress: address.privateAddress,
    PrivateDnsName: address.privateName,
    NetworkInterfaces: [networkInterface(call, launch, address, groups)],
    HibernationOptions: { Configured: false },
    ProductCodes: [],
    MetadataOptions: {
      State: 'applied',
      HttpTokens: metadata?.HttpTokens ?? (like.ImdsSupport === 'v2.0' ? 'required' : 'optional'),
      HttpPutResponseHopLimit: metadata?.HttpPutResponseHopLimit ?? (like.ImdsSupport === 'v2.0' ? 2 : 1),
      HttpEndpoint: metadata?.HttpEndpoint ?? 'enabled',
      HttpProtocolIpv6: metadata?.HttpProtocolIpv6 ?? 'disabled',
      InstanceMetadataTags: metadata?.InstanceMetadataTags ?? 'disabled',
    },
    EnclaveOptions: { Enabled: input.EnclaveOptions?.Enabled ?? false },
    StateTransitionReason: '',
    SourceDestCheck: true,
    ClientToken: input.ClientToken ?? '',
    Tags: launch.tags('instance'),
    ...(profile === undefined ? {} : { IamInstanceProfile: { Arn: profile.Arn, Id: profile.InstanceProfileId } }),
    ...(launch.spotRequest === undefined
      ? {}
      : { InstanceLifecycle: 'spot' as const, SpotInstanceRequestId: launch.spotRequest }),
    ...(place.publicAddress ? { PublicIpAddress: address.publicAddress, PublicDnsName: address.publicName } : {}),
  };
  return view;
}

/** Makes one instance and sets it going. */
export function launchInstance(call: Call, launch: Launch, reservationId: string, index: number): InstanceEntry {
  const { world, region } = call;
  const id = world.newId('i');
  const address = world.newAddress();
  const { mappings, broken } = makeVolumes(call, launch, id);
  const windows = launch.image.view.Platform === 'Windows';
  const now = world.clock.now();
  const entry: InstanceEntry = region.instances.add(id, {
    view: viewOf(call, launch, id, index, address, mappings),
    reservationId,
    userData: launch.input.UserData,
    shutdownBehavior: launch.input.InstanceInitiatedShutdownBehavior ?? 'stop',
    disableApiTermination: launch.input.DisableApiTermination ?? false,
    disableApiStop: launch.input.DisableApiStop ?? false,
    checkedAt: now + world.durations.checks,
    windows,
    passwordAt: now + world.durations.password,
    password: undefined,
    publicKey: launch.key?.publicKey,
    guest: undefined,
    stuck: call.outcome.stuck,
  });
  const kmsFailure = { code: 'Client.InternalError', message: 'Client error on launch' };
  const failure = call.outcome.fails ?? (broken ? kmsFailure : undefined);
  start(world, region, entry, call.outcome.stuck, failure);
  const plan = world.options.guest;
  if (plan !== undefined && failure === undefined && !call.outcome.stuck) {
    entry.guest = makeGuest(plan, address, launch.key?.publicKey);
    inBackground(world, entry.guest.start());
  }
  return entry;
}

export function reservationView(account: string, id: string, entries: readonly InstanceEntry[]): Reservation {
  return { ReservationId: id, OwnerId: account, Groups: [], Instances: entries.map(({ view }) => ({ ...view })) };
}

export const runInstancesCalls: Handlers = {
  RunInstances: handle<RunInstancesRequest, Reservation>((given, call) => {
    const input = fromTemplate(call, given);
    const launch = planLaunch(call, input);
    const spot = input.InstanceMarketOptions?.MarketType === 'spot';
    if (spot) checkSpotPrice(call, input.InstanceMarketOptions?.SpotOptions?.MaxPrice);
    refuseDryRun(input);
    const made = onceFor(call, input.ClientToken, given, () => {
      const reservationId = call.world.newId('r');
      const entries = Array.from({ length: input.MaxCount ?? 1 }, (_, index) => {
        const spotRequest = spot
          ? addSpotRequest(call, launch.type, input, launch.tags('spot-instances-request'))
          : undefined;
        const entry = launchInstance(call, { ...launch, spotRequest: spotRequest?.id }, reservationId, index);
        spotRequest?.fulfil(entry.view.InstanceId);
        return entry;
      });
      return { reservationId, entries };
    });
    return reservationView(call.caller.account, made.reservationId, made.entries);
  }),
};
