import type { BlockDeviceMapping, Image } from '@aws-sdk/client-ec2';
import { addSecurityGroup } from './calls/security-groups.ts';
import { addKey, defaultKey } from './other-services/kms.ts';
import type { ImageEntry, Region } from './region.ts';
import type { World } from './world.ts';

/** A disk of a stock image. */
export interface StockDisk {
  readonly device: string;
  /** GiB */
  readonly size: number;
  readonly type?: 'gp2' | 'gp3' | 'standard';
  /** Encrypted with the region's default key, or with the key of this ARN. */
  readonly encrypted?: boolean | string;
  readonly deleteOnTermination?: boolean;
}

export interface StockImage {
  readonly name: string;
  /** The account it belongs to; the test's own when left out. */
  readonly owner?: string;
  readonly disks?: readonly StockDisk[];
  readonly public?: boolean;
  /** Members of the image as DescribeImages shows them. */
  readonly view?: Partial<Image>;
}

function addDisk(world: World, region: Region, owner: string, disk: StockDisk): BlockDeviceMapping {
  const id = world.newId('snap');
  const encrypted = disk.encrypted !== undefined && disk.encrypted !== false;
  const key = typeof disk.encrypted === 'string' ? disk.encrypted : encrypted ? defaultKey(region) : undefined;
  region.snapshots.put(id, {
    permissions: [],
    blocks: new Map(),
    open: false,
    view: {
      SnapshotId: id,
      VolumeId: 'vol-ffffffff',
      VolumeSize: disk.size,
      State: 'completed',
      Progress: '100%',
      StartTime: world.clock.date(),
      OwnerId: owner,
      Description: `Disk ${disk.device}`,
      Encrypted: encrypted,
      StorageTier: 'standard',
      Tags: [],
      ...(key === undefined ? {} : { KmsKeyId: key }),
    },
  });
  return {
    DeviceName: disk.device,
    Ebs: {
      SnapshotId: id,
      VolumeSize: disk.size,
      VolumeType: disk.type ?? 'gp3',
      Encrypted: encrypted,
      DeleteOnTermination: disk.deleteOnTermination ?? true,
      ...(disk.type === undefined || disk.type === 'gp3' ? { Iops: 3000, Throughput: 125 } : {}),
    },
  };
}

/** Puts an image into a region that has always been there. */
export function addStockImage(world: World, region: Region, given: StockImage): ImageEntry {
  const id = world.newId('ami');
  const owner = given.owner ?? world.account;
  const disks = given.disks ?? [{ device: '/dev/xvda', size: 8 }];
  return region.images.put(id, {
    launchPermissions: given.public === true ? [{ Group: 'all' }] : [],
    deregistrationProtection: 'disabled',
    uefiData: undefined,
    view: {
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      Hypervisor: 'xen',
      ImageType: 'machine',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      RootDeviceType: 'ebs',
      RootDeviceName: disks[0]?.device ?? '',
      EnaSupport: true,
      SriovNetSupport: 'simple',
      ImageLocation: `${owner}/${given.name}`,
      Description: given.name,
      ...given.view,
      ImageId: id,
      Name: given.name,
      State: 'available',
      CreationDate: given.view?.CreationDate ?? '2026-10-01T00:00:00.000Z',
      OwnerId: owner,
      Public: given.public ?? false,
      BlockDeviceMappings: disks.map((disk) => addDisk(world, region, owner, disk)),
      Tags: given.view?.Tags ?? [],
    },
  });
}

const AMAZON = '137112412989';
const CANONICAL = '099720109477';
const WINDOWS = '801119661308';

/** Images of others that every region has. */
const IMAGES: readonly StockImage[] = [
  {
    name: 'al2023-ami-2023.8.20251001.0-kernel-6.1-x86_64',
    owner: AMAZON,
    public: true,
    view: {
      ImageOwnerAlias: 'amazon',
      BootMode: 'uefi-preferred',
      ImdsSupport: 'v2.0',
      CreationDate: '2026-10-01T00:00:00.000Z',
    },
  },
  {
    name: 'al2023-ami-2023.9.20261101.0-kernel-6.1-x86_64',
    owner: AMAZON,
    public: true,
    view: {
      ImageOwnerAlias: 'amazon',
      BootMode: 'uefi-preferred',
      ImdsSupport: 'v2.0',
      CreationDate: '2026-11-01T00:00:00.000Z',
    },
  },
  {
    name: 'al2023-ami-2023.9.20261101.0-kernel-6.1-arm64',
    owner: AMAZON,
    public: true,
    view: {
      ImageOwnerAlias: 'amazon',
      Architecture: 'arm64',
      BootMode: 'uefi',
      ImdsSupport: 'v2.0',
      CreationDate: '2026-11-01T00:00:00.000Z',
    },
  },
  {
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261015',
    owner: CANONICAL,
    public: true,
    disks: [{ device: '/dev/sda1', size: 8 }],
  },
  {
    name: 'Windows_Server-2022-English-Full-Base-2026.10.14',
    owner: WINDOWS,
    public: true,
    disks: [{ device: '/dev/sda1', size: 30 }],
    view: {
      ImageOwnerAlias: 'amazon',
      Platform: 'Windows',
      PlatformDetails: 'Windows',
      UsageOperation: 'RunInstances:0002',
    },
  },
];

function addNetwork(world: World, region: Region, isDefault: boolean, block: number): string {
  const vpc = world.newId('vpc');
  const { account } = world;
  const CidrBlock = `172.${block}.0.0/16`;
  region.vpcs.put(vpc, {
    view: {
      VpcId: vpc,
      CidrBlock,
      CidrBlockAssociationSet: [
        { AssociationId: world.newId('vpc-cidr-assoc'), CidrBlock, CidrBlockState: { State: 'associated' } },
      ],
      DhcpOptionsId: 'dopt-00000000000000001',
      IsDefault: isDefault,
      State: 'available',
      OwnerId: account,
      InstanceTenancy: 'default',
      Tags: [],
    },
  });
  addSecurityGroup(
    region,
    {
      GroupId: world.newId('sg'),
      GroupName: 'default',
      Description: 'default VPC security group',
      OwnerId: account,
      VpcId: vpc,
      Tags: [],
      IpPermissions: [],
      IpPermissionsEgress: [],
    },
    'put',
  );
  return vpc;
}

export interface StockSubnet {
  readonly vpc: string;
  readonly zone: string;
  readonly publicAddresses: boolean;
  readonly freeAddresses: number;
  readonly defaultForZone?: boolean;
}

export function addStockSubnet(world: World, region: Region, given: StockSubnet): string {
  const id = world.newId('subnet');
  const vpc = region.vpcs.peek(given.vpc);
  const index = region.subnets.all().filter((each) => each.view.VpcId === given.vpc).length;
  region.subnets.put(id, {
    view: {
      SubnetId: id,
      SubnetArn: `arn:aws:ec2:${region.name}:${world.account}:subnet/${id}`,
      AssignIpv6AddressOnCreation: false,
      Ipv6Native: false,
      Ipv6CidrBlockAssociationSet: [],
      VpcId: given.vpc,
      AvailabilityZone: given.zone,
      AvailabilityZoneId: `${region.name.replaceAll('-', '')}-az${region.zones.indexOf(given.zone) + 1}`,
      CidrBlock: (vpc?.view.CidrBlock ?? '').replace('.0.0/16', `.${index * 16}.0/20`),
      AvailableIpAddressCount: given.freeAddresses,
      DefaultForAz: given.defaultForZone ?? false,
      MapPublicIpOnLaunch: given.publicAddresses,
      State: 'available',
      OwnerId: world.account,
      Tags: [],
    },
  });
  return id;
}

/** A VPC beside the default one; the id. */
export function addStockVpc(world: World, region: Region): string {
  return addNetwork(world, region, false, 16 + region.vpcs.all().length);
}

/** What a fresh account finds in a region: the default network, AWS's key for EBS and everybody's images. */
export function stockRegion(world: World, region: Region): void {
  addKey(region, world.account, 'alias/aws/ebs');
  const vpc = addNetwork(world, region, true, 31);
  for (const zone of region.zones) {
    addStockSubnet(world, region, { vpc, zone, publicAddresses: true, freeAddresses: 4091, defaultForZone: true });
  }
  for (const image of IMAGES) addStockImage(world, region, image);
}
