import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import { guestEndpoint, type CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { ask } from '../../../plugins/sdk/http.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import { amazonCode } from '../api/failure.ts';
import type { Ec2Calls, Ec2InstanceConnectEndpoint, Instance } from '../api/driver.ts';
import { filtersOf } from '../api/filters.ts';
import { ENDPOINT_INTERFACE } from '../guest/instance-connect/endpoint.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import type { SecurityGroupOptions } from '../mixins/security-group.gen.ts';
import { tagged } from '../tags.ts';
import { onceKnown } from '../api/wait.ts';

/** The groups, and who connects to what through them. */
type Options = SecurityGroupOptions & Pick<RunOptions, 'ssh_interface'> & CommunicatorOptions;

const WHO_AM_I = 'https://checkip.amazonaws.com';

/** Whether the template names no security group, so that one has to be made. */
export function needsSecurityGroup(config: SecurityGroupOptions): boolean {
  return givenGroups(config).length === 0 && filtersOf(config.security_group_filter).length === 0;
}

function givenGroups(config: SecurityGroupOptions): readonly string[] {
  const { security_group_id: one = '', security_group_ids: several = [] } = config;
  return several.length > 0 ? several : one === '' ? [] : [one];
}

async function ownAddress(signal: AbortSignal): Promise<string> {
  try {
    const { status, text } = await ask(process.env['KILN_CHECKIP_URL'] || WHO_AM_I, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]),
    });
    const address = text.trim();
    if (status !== 200 || !/^[\d.]+$|^[\da-f:]+$/i.test(address)) throw new Error(`it said ${status}`);
    return `${address}/${address.includes(':') ? 128 : 32}`;
  } catch (error) {
    throw new StepError(`${WHO_AM_I} does not tell the public address of this machine`, {
      code: 'AMAZON_OWN_ADDRESS',
      pointer: '/temporary_security_group_source_public_ip',
      hint: 'set temporary_security_group_source_cidrs instead',
      cause: error,
    });
  }
}

async function sources(config: Options, signal: AbortSignal): Promise<readonly string[]> {
  const { temporary_security_group_source_cidrs: cidrs = [] } = config;
  if (cidrs.length > 0) return cidrs;
  if (config.temporary_security_group_source_public_ip) return [await ownAddress(signal)];
  return [config.ssh_interface === 'ipv6' ? '::/0' : '0.0.0.0/0'];
}

/** Whether connections to the guest come from this machine's own address. */
function isDialled({ ssh_interface: way }: Options): boolean {
  return way !== 'session_manager' && way !== ENDPOINT_INTERFACE;
}

type Permission = NonNullable<Ec2Calls['AuthorizeSecurityGroupIngress']['input']['IpPermissions']>[number];
type AllowedSource = Pick<Permission, 'IpRanges' | 'Ipv6Ranges' | 'UserIdGroupPairs'>;

async function allow(GroupId: string, port: number, from: AllowedSource, { cloud, build }: AmazonBuild): Promise<void> {
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...from }];
  const input = { GroupId, IpPermissions };
  await onceKnown(() => cloud.ec2('AuthorizeSecurityGroupIngress', input), build.signal).catch((error: unknown) => {
    // The reply to an earlier attempt was lost.
    if (amazonCode(error) !== 'InvalidPermission.Duplicate') throw error;
  });
}

async function letIn(GroupId: string, port: number, config: Options, amazon: AmazonBuild): Promise<void> {
  const { build } = amazon;
  const cidrs = await sources(config, build.signal);
  build.say(`the security group ${GroupId} lets in ${cidrs.join(', ')} to port ${port}`);
  const from = {
    IpRanges: cidrs.filter((cidr) => !cidr.includes(':')).map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: cidrs.filter((cidr) => cidr.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
  };
  await allow(GroupId, port, from, amazon);
}

/** Lets the endpoint, and nobody else, into a port of an instance with a temporary security group. */
export async function letEndpointIn(
  { SecurityGroupIds = [], PreserveClientIp = false }: Ec2InstanceConnectEndpoint,
  { SecurityGroups = [] }: Pick<Instance, 'SecurityGroups'>,
  port: number,
  config: Options,
  amazon: AmazonBuild,
): Promise<void> {
  const GroupId = SecurityGroups[0]?.GroupId;
  if (!needsSecurityGroup(config) || GroupId === undefined) return;
  if (PreserveClientIp) {
    // The instance sees the address of this machine then, and not the endpoint.
    await letIn(GroupId, port, config, amazon);
    return;
  }
  amazon.build.say(`the security group ${GroupId} lets in ${SecurityGroupIds.join(', ')} to port ${port}`);
  await allow(GroupId, port, { UserIdGroupPairs: SecurityGroupIds.map((id) => ({ GroupId: id })) }, amazon);
}

async function makeGroup(config: Options, vpcId: string | undefined, tags: Tags, amazon: AmazonBuild): Promise<string> {
  const { build, cloud, kinds } = amazon;
  const group = await build.acquire(kinds.securityGroup, {
    describe: `security group in ${cloud.region}`,
    locator: locatorOf(cloud),
    create: (token) =>
      kinds.securityGroup.createUnlessRefused(token, async () => {
        const made = await cloud
          .ec2('CreateSecurityGroup', {
            GroupName: `packer_${token}`,
            Description: 'Temporary group of a build',
            TagSpecifications: tagged({ 'security-group': { ...tags, ...ownTags(build, token) } }),
            ...(vpcId === undefined ? {} : { VpcId: vpcId }),
          })
          .catch(async (error: unknown) => {
            if (amazonCode(error) !== 'InvalidGroup.Duplicate') throw error;
            const context = { signal: build.signal, say: () => undefined };
            return { GroupId: (await kinds.securityGroup.find(token, locatorOf(cloud), context)).at(0) };
          });
        return { id: made.GroupId ?? '', handle: undefined };
      }),
  });
  const guest = guestEndpoint(config);
  if (guest !== undefined && isDialled(config)) await letIn(group.id, guest.port, config, amazon);
  return group.id;
}

/** Ids of the instance's security groups; makes a temporary one when the template names none. */
export async function chooseSecurityGroups(
  config: Options,
  vpcId: string | undefined,
  tags: Tags,
  amazon: AmazonBuild,
): Promise<readonly string[]> {
  const given = givenGroups(config);
  if (given.length > 0) return given;
  const filters = filtersOf(config.security_group_filter);
  if (filters.length === 0) return [await makeGroup(config, vpcId, tags, amazon)];
  const Filters = [...filters, ...(vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }])];
  const { SecurityGroups = [] } = await amazon.cloud.ec2('DescribeSecurityGroups', { Filters });
  const ids = SecurityGroups.map(({ GroupId }) => GroupId).filter((id) => id !== undefined);
  if (ids.length > 0) return ids;
  const pointer = '/security_group_filter';
  throw new StepError('no security group fits security_group_filter', { code: 'AMAZON_SECURITY_GROUP', pointer });
}
