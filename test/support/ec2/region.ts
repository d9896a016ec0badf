import type {
  CreateVolumePermission,
  Ec2InstanceConnectEndpoint,
  EnableFastLaunchResult,
  FleetData,
  Image,
  ImportImageTask,
  ImportSnapshotTask,
  Instance,
  IpPermission,
  KeyPairInfo,
  LaunchPermission,
  LaunchTemplate,
  RequestLaunchTemplateData,
  SpotInstanceRequest,
  SecurityGroup,
  Snapshot,
  Subnet,
  Volume,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { Made } from './made.ts';
import { AwsProblem } from './problem.ts';
import { makeShelf, type Shelf } from '../cloud/shelf.ts';
import type { Guest } from '../cloud/guest.ts';

export interface ImageEntry {
  readonly view: Made<
    Image,
    'ImageId' | 'Name' | 'State' | 'BlockDeviceMappings' | 'Tags' | 'OwnerId' | 'Public' | 'CreationDate'
  >;
  launchPermissions: LaunchPermission[];
  deregistrationProtection: string;
  readonly uefiData: string | undefined;
}

export interface SnapshotEntry {
  readonly view: Made<Snapshot, 'SnapshotId' | 'State' | 'OwnerId' | 'VolumeSize' | 'Encrypted' | 'Tags'>;
  permissions: CreateVolumePermission[];
  /** The bytes, where they came block by block. */
  readonly blocks: Map<number, Buffer>;
  /** Open for EBS direct writes. */
  open: boolean;
}

export interface VolumeEntry {
  readonly view: Made<
    Volume,
    'VolumeId' | 'State' | 'Size' | 'Encrypted' | 'Tags' | 'Attachments' | 'AvailabilityZone'
  >;
}

export interface InstanceEntry {
  readonly view: Made<
    Instance,
    | 'InstanceId'
    | 'ImageId'
    | 'State'
    | 'BlockDeviceMappings'
    | 'SecurityGroups'
    | 'Tags'
    | 'InstanceType'
    | 'Placement'
  >;
  readonly reservationId: string;
  readonly userData: string | undefined;
  shutdownBehavior: string;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  /** When its status checks pass. */
  readonly checkedAt: number;
  readonly windows: boolean;
  readonly passwordAt: number;
  /** Answers on the instance's addresses. */
  guest: Guest | undefined;
  stuck: boolean;
  /** What Windows' administrator has; made when it is asked for first. */
  password: string | undefined;
  /** The public key it was started with, one line as in authorized_keys. */
  readonly publicKey: string | undefined;
}

export interface KeyPairEntry {
  readonly view: Made<KeyPairInfo, 'KeyPairId' | 'KeyName' | 'Tags' | 'KeyType'>;
  /** One line as in authorized_keys. */
  readonly publicKey: string;
}

export interface SecurityGroupEntry {
  readonly view: Made<
    SecurityGroup,
    'GroupId' | 'GroupName' | 'VpcId' | 'Tags' | 'IpPermissions' | 'IpPermissionsEgress'
  >;
  rules: { readonly id: string; readonly egress: boolean; readonly permission: IpPermission }[];
}

export interface SubnetEntry {
  readonly view: Made<
    Subnet,
    'SubnetId' | 'VpcId' | 'AvailabilityZone' | 'Tags' | 'AvailableIpAddressCount' | 'CidrBlock'
  >;
}

export interface VpcEntry {
  readonly view: Made<Vpc, 'VpcId' | 'Tags' | 'CidrBlock' | 'IsDefault'>;
}

export interface LaunchTemplateEntry {
  readonly view: Made<LaunchTemplate, 'LaunchTemplateId' | 'LaunchTemplateName' | 'Tags'>;
  readonly versions: {
    readonly number: number;
    readonly data: RequestLaunchTemplateData;
    readonly description: string;
  }[];
}

export interface InstanceConnectEndpointEntry {
  readonly view: Ec2InstanceConnectEndpoint;
}

export interface SpotRequestEntry {
  readonly view: Made<SpotInstanceRequest, 'SpotInstanceRequestId' | 'State' | 'Tags'>;
}

export interface FleetEntry {
  readonly view: Made<FleetData, 'FleetId' | 'Tags'>;
}

/** Everything a region holds. */
export interface Region {
  readonly name: string;
  readonly zones: readonly string[];
  readonly images: Shelf<ImageEntry>;
  readonly snapshots: Shelf<SnapshotEntry>;
  readonly volumes: Shelf<VolumeEntry>;
  readonly instances: Shelf<InstanceEntry>;
  readonly keyPairs: Shelf<KeyPairEntry>;
  readonly securityGroups: Shelf<SecurityGroupEntry>;
  readonly subnets: Shelf<SubnetEntry>;
  readonly vpcs: Shelf<VpcEntry>;
  readonly launchTemplates: Shelf<LaunchTemplateEntry>;
  readonly spotRequests: Shelf<SpotRequestEntry>;
  readonly fleets: Shelf<FleetEntry>;
  readonly instanceConnectEndpoints: Shelf<InstanceConnectEndpointEntry>;
  readonly importImageTasks: Map<string, ImportImageTask>;
  readonly importSnapshotTasks: Map<string, ImportSnapshotTask>;
  readonly fastLaunch: Map<string, EnableFastLaunchResult>;
  /** Parameters of Systems Manager by name. */
  readonly parameters: Map<string, string>;
  /** Names of images that were there once and are gone. */
  readonly formerImages: Set<string>;
  /** Keys of the account by ARN; the value is the alias. */
  readonly kmsKeys: Map<string, string | undefined>;
  encryptByDefault: boolean;
}

export function emptyRegion(name: string, hiddenReads: () => number): Region {
  const shelf = <T>(prefix: string | undefined, code: string, message: (id: string) => string): Shelf<T> =>
    makeShelf<T>(
      {
        prefix,
        missing: (id) => new AwsProblem(`${code}.NotFound`, message(id)),
        malformed: (id) => new AwsProblem(`${code}.Malformed`, `Invalid id: "${id}" (expecting "${prefix ?? ''}-...")`),
      },
      hiddenReads,
    );
  return {
    name,
    zones: ['a', 'b', 'c'].map((letter) => name + letter),
    images: shelf('ami', 'InvalidAMIID', (id) => `The image id '[${id}]' does not exist`),
    snapshots: shelf('snap', 'InvalidSnapshot', (id) => `The snapshot '${id}' does not exist.`),
    volumes: shelf('vol', 'InvalidVolume', (id) => `The volume '${id}' does not exist.`),
    instances: shelf('i', 'InvalidInstanceID', (id) => `The instance ID '${id}' does not exist`),
    keyPairs: shelf(undefined, 'InvalidKeyPair', (id) => `The key pair '${id}' does not exist`),
    securityGroups: shelf('sg', 'InvalidGroup', (id) => `The security group '${id}' does not exist`),
    subnets: shelf('subnet', 'InvalidSubnetID', (id) => `The subnet ID '${id}' does not exist`),
    vpcs: shelf('vpc', 'InvalidVpcID', (id) => `The vpc ID '${id}' does not exist`),
    launchTemplates: shelf(
      'lt',
      'InvalidLaunchTemplateId',
      (id) => `The specified launch template, with template ID ${id}, does not exist.`,
    ),
    spotRequests: shelf(
      'sir',
      'InvalidSpotInstanceRequestID',
      (id) => `The spot instance request ID '${id}' does not exist`,
    ),
    fleets: shelf('fleet', 'InvalidFleetId', (id) => `The fleet ID '${id}' does not exist`),
    instanceConnectEndpoints: shelf(
      'eice',
      'InvalidInstanceConnectEndpointId',
      (id) => `The instance connect endpoint '${id}' does not exist`,
    ),
    importImageTasks: new Map(),
    importSnapshotTasks: new Map(),
    fastLaunch: new Map(),
    parameters: new Map(),
    formerImages: new Set(),
    kmsKeys: new Map(),
    encryptByDefault: false,
  };
}
