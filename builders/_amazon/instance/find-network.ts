import { StepError } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Subnet } from '../api/driver.ts';
import { amazonCode } from '../api/failure.ts';
import { filtersOf } from '../api/filters.ts';
import type { NetworkOptions } from '../mixins/network.gen.ts';

export interface Network {
  /** Undefined: the default VPC. */
  readonly vpcId: string | undefined;
  /** Those to try, best first; empty: AWS chooses one. */
  readonly subnetIds: readonly string[];
}

type Filters = { Name: string; Values: string[] }[];

async function findVpc(config: NetworkOptions, { build, cloud }: AmazonBuild): Promise<string | undefined> {
  const { vpc_id: id = '', vpc_filter: filter } = config;
  if (id !== '') return id;
  const filters = filtersOf(filter);
  if (filters.length === 0) return undefined;
  const { Vpcs = [] } = await cloud.ec2('DescribeVpcs', {
    Filters: [...filters, { Name: 'state', Values: ['available'] }],
  });
  const [vpc] = Vpcs;
  if (vpc?.VpcId === undefined || Vpcs.length > 1) {
    const message = `one VPC has to fit vpc_filter, and ${Vpcs.length} do`;
    throw new StepError(message, { code: 'AMAZON_VPC', pointer: '/vpc_filter' });
  }
  build.say(`the VPC is ${vpc.VpcId}`);
  return vpc.VpcId;
}

function mostFreeFirst(one: Subnet, other: Subnet): number {
  return (other.AvailableIpAddressCount ?? 0) - (one.AvailableIpAddressCount ?? 0);
}

function shuffled(subnets: readonly Subnet[]): readonly Subnet[] {
  return subnets
    .map((subnet) => [Math.random(), subnet] as const)
    .sort(([one], [other]) => one - other)
    .map(([, subnet]) => subnet);
}

async function subnets(filters: Filters, { cloud }: AmazonBuild): Promise<readonly Subnet[]> {
  const { Subnets = [] } = await cloud.ec2('DescribeSubnets', {
    Filters: [...filters, { Name: 'state', Values: ['available'] }],
  });
  return Subnets;
}

function networkOf(found: readonly Subnet[], vpcId: string | undefined): Network {
  // All of one VPC: a security group belongs to one.
  const vpc = vpcId ?? found[0]?.VpcId;
  const ids = found.filter(({ VpcId }) => VpcId === vpc).map(({ SubnetId }) => SubnetId);
  return { vpcId: vpc, subnetIds: ids.filter((id) => id !== undefined) };
}

function inVpc(vpcId: string | undefined, zone: string | undefined): Filters {
  return [
    ...(vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }]),
    ...(zone === undefined || zone === '' ? [] : [{ Name: 'availability-zone', Values: [zone] }]),
  ];
}

async function byFilter(config: NetworkOptions, vpcId: string | undefined, amazon: AmazonBuild): Promise<Network> {
  const { subnet_filter: filter, availability_zone: zone } = config;
  const found = await subnets([...filtersOf(filter), ...inVpc(vpcId, zone)], amazon);
  if (found.length === 0) {
    throw new StepError('no subnet fits subnet_filter', { code: 'AMAZON_SUBNET', pointer: '/subnet_filter' });
  }
  if (found.length > 1 && filter?.most_free !== true && filter?.random !== true) {
    const ids = found.map(({ SubnetId = '' }) => SubnetId).join(', ');
    throw new StepError(`${found.length} subnets fit subnet_filter: ${ids}`, {
      code: 'AMAZON_SUBNET',
      pointer: '/subnet_filter',
      hint: 'narrow the filter, or set most_free or random',
    });
  }
  return networkOf(filter?.most_free === true ? found.toSorted(mostFreeFirst) : shuffled(found), vpcId);
}

/** A public address can only be asked for together with a subnet. */
async function ofDefaultVpc(config: NetworkOptions, vpcId: string | undefined, amazon: AmazonBuild): Promise<Network> {
  const where: Filters = vpcId === undefined ? [{ Name: 'default-for-az', Values: ['true'] }] : inVpc(vpcId, undefined);
  const found = await subnets([...where, ...inVpc(undefined, config.availability_zone)], amazon);
  if (found.length > 0) return networkOf(found.toSorted(mostFreeFirst), vpcId);
  amazon.build.warn('associate_public_ip_address is left aside: there is no subnet to ask it of; set subnet_id');
  return { vpcId, subnetIds: [] };
}

/** AWS chooses a subnet in the default VPC only, and says of any other that the security group is of another network. */
async function checkIsDefault(
  id: string,
  { vpc_id: given = '' }: NetworkOptions,
  { cloud }: AmazonBuild,
): Promise<void> {
  const { Vpcs = [] } = await cloud.ec2('DescribeVpcs', { VpcIds: [id] }).catch((error: unknown) => {
    // Who may not ask hears of it from AWS, later.
    if (amazonCode(error) === 'UnauthorizedOperation') return { Vpcs: [] };
    throw error;
  });
  if (Vpcs[0]?.IsDefault !== false) return;
  throw new StepError(`no subnet is named, and AWS chooses none in ${id}: it is not the default VPC`, {
    code: 'AMAZON_SUBNET',
    pointer: given === '' ? '/vpc_filter' : '/vpc_id',
    hint: 'set subnet_id or subnet_filter',
  });
}

/** Throws `StepError` AMAZON_VPC or AMAZON_SUBNET. `needsVpc`: a subnet alone is not enough. */
export async function findNetwork(config: NetworkOptions, needsVpc: boolean, amazon: AmazonBuild): Promise<Network> {
  const { subnet_id: subnetId = '' } = config;
  const vpcId = await findVpc(config, amazon);
  if (subnetId !== '') {
    if (vpcId !== undefined || !needsVpc) return { vpcId, subnetIds: [subnetId] };
    const { Subnets = [] } = await amazon.cloud.ec2('DescribeSubnets', { SubnetIds: [subnetId] });
    return networkOf(Subnets, undefined);
  }
  if (filtersOf(config.subnet_filter).length > 0) return byFilter(config, vpcId, amazon);
  if (config.associate_public_ip_address !== undefined) return ofDefaultVpc(config, vpcId, amazon);
  if (vpcId !== undefined) await checkIsDefault(vpcId, config, amazon);
  return { vpcId, subnetIds: [] };
}
