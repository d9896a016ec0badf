import { isIP } from 'node:net';
import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { AwsProblem, invalidValue } from '../problem.ts';
import type { Region, SecurityGroupEntry, VpcEntry } from '../region.ts';
import { tagsFor } from '../rules/tags.ts';

const NAME = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export function defaultVpc(region: Region): VpcEntry {
  const found = region.vpcs.listed().find((entry) => entry.view.IsDefault);
  if (found === undefined) throw new AwsProblem('VPCIdNotSpecified', 'No default VPC for this user');
  return found;
}

/** Makes a group, as the call does or as a VPC does for itself. */
export function addSecurityGroup(
  region: Region,
  group: SecurityGroupEntry['view'],
  place: 'add' | 'put',
): SecurityGroupEntry {
  const SecurityGroupArn = `arn:aws:ec2:${region.name}:${group.OwnerId ?? ''}:security-group/${group.GroupId}`;
  return region.securityGroups[place](group.GroupId, { view: { ...group, SecurityGroupArn }, rules: [] });
}

function checkCidr(cidr: string, family: 4 | 6): void {
  const [address = '', bits = ''] = cidr.split('/');
  if (isIP(address) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
    throw invalidValue('cidrIp', cidr, 'This is not a valid CIDR block.');
  }
}

/** One permission for each source, as rules are kept. */
function single(permission: IpPermission): readonly IpPermission[] {
  const { IpProtocol: protocol, FromPort: from, ToPort: to } = permission;
  if (protocol === undefined)
    throw new AwsProblem('MissingParameter', 'The request must contain the parameter ipProtocol');
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d+)$/.test(protocol)) throw invalidValue('ipProtocol', protocol);
  if (protocol === 'tcp' || protocol === 'udp') {
    if (from === undefined || to === undefined) {
      throw new AwsProblem('MissingParameter', 'The request must contain the parameters fromPort and toPort');
    }
    if (from < 0 || to > 65_535 || from > to) {
      throw new AwsProblem('InvalidParameterValue', `Invalid value '${from}-${to}' for portRange.`);
    }
  }
  permission.IpRanges?.forEach((range) => checkCidr(range.CidrIp ?? '', 4));
  permission.Ipv6Ranges?.forEach((range) => checkCidr(range.CidrIpv6 ?? '', 6));
  const ports = {
    IpProtocol: protocol,
    ...(from === undefined ? {} : { FromPort: from }),
    ...(to === undefined ? {} : { ToPort: to }),
  };
  const rules = [
    ...(permission.IpRanges ?? []).map((range) => ({ ...ports, IpRanges: [range] })),
    ...(permission.Ipv6Ranges ?? []).map((range) => ({ ...ports, Ipv6Ranges: [range] })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({ ...ports, UserIdGroupPairs: [pair] })),
    ...(permission.PrefixListIds ?? []).map((list) => ({ ...ports, PrefixListIds: [list] })),
  ];
  if (rules.length === 0) throw new AwsProblem('MissingParameter', 'A rule needs a source');
  return rules;
}

/** What makes two rules the same; descriptions do not count. */
function identity(rule: IpPermission): string {
  const source =
    rule.IpRanges?.[0]?.CidrIp ??
    rule.Ipv6Ranges?.[0]?.CidrIpv6 ??
    rule.UserIdGroupPairs?.[0]?.GroupId ??
    rule.PrefixListIds?.[0]?.PrefixListId;
  return [rule.IpProtocol, rule.FromPort, rule.ToPort, source].join(' ');
}

function requested(input: AuthorizeSecurityGroupIngressRequest): readonly IpPermission[] {
  if (input.IpPermissions !== undefined) return input.IpPermissions.flatMap(single);
  return single({
    IpProtocol: input.IpProtocol,
    FromPort: input.FromPort,
    ToPort: input.ToPort,
    IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
  });
}

function groupNamed(call: Call, id: string | undefined, name: string | undefined): SecurityGroupEntry {
  if (id !== undefined) return call.region.securityGroups.get(id);
  if (name === undefined)
    throw new AwsProblem('MissingParameter', 'The request must contain the parameter groupName or groupId');
  const vpc = defaultVpc(call.region).view.VpcId;
  const found = call.region.securityGroups.all().find(({ view }) => view.GroupName === name && view.VpcId === vpc);
  if (found === undefined)
    throw new AwsProblem(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${vpc}'`,
    );
  return call.region.securityGroups.get(found.view.GroupId);
}

function ruleView(group: SecurityGroupEntry, id: string, rule: IpPermission): SecurityGroupRule {
  const range = rule.IpRanges?.[0];
  const range6 = rule.Ipv6Ranges?.[0];
  return {
    SecurityGroupRuleId: id,
    GroupId: group.view.GroupId,
    GroupOwnerId: group.view.OwnerId,
    IsEgress: false,
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort ?? -1,
    ToPort: rule.ToPort ?? -1,
    ...(range === undefined ? {} : { CidrIpv4: range.CidrIp, Description: range.Description }),
    ...(range6 === undefined ? {} : { CidrIpv6: range6.CidrIpv6, Description: range6.Description }),
  };
}

/** The permissions of a group as Describe shows them: one for each protocol and port range. */
function grouped(rules: readonly IpPermission[]): IpPermission[] {
  const byPorts = new Map<string, IpPermission>();
  for (const rule of rules) {
    const key = [rule.IpProtocol, rule.FromPort, rule.ToPort].join(' ');
    const known = byPorts.get(key) ?? {
      ...rule,
      IpRanges: [],
      Ipv6Ranges: [],
      UserIdGroupPairs: [],
      PrefixListIds: [],
    };
    known.IpRanges = [...(known.IpRanges ?? []), ...(rule.IpRanges ?? [])];
    known.Ipv6Ranges = [...(known.Ipv6Ranges ?? []), ...(rule.Ipv6Ranges ?? [])];
    known.UserIdGroupPairs = [...(known.UserIdGroupPairs ?? []), ...(rule.UserIdGroupPairs ?? [])];
    byPorts.set(key, known);
  }
  return [...byPorts.values()];
}

function inUse(region: Region, id: string): boolean {
  return region.instances
    .all()
    .some(({ view }) => view.State.Name !== 'terminated' && view.SecurityGroups.some((group) => group.GroupId === id));
}

export const securityGroupCalls: Handlers = {
  CreateSecurityGroup: handle<CreateSecurityGroupRequest, CreateSecurityGroupResult>((input, call) => {
    const { region, world } = call;
    const tags = tagsFor(input.TagSpecifications, ['security-group'])('security-group');
    if (!NAME.test(input.GroupName) || input.GroupName.startsWith('sg-'))
      throw invalidValue('groupName', input.GroupName);
    if (input.GroupName === 'default') throw new AwsProblem('InvalidGroup.Reserved', "The name 'default' is reserved");
    if (!/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(input.Description)) {
      throw invalidValue('GroupDescription', input.Description, 'Character sets beyond ASCII are not supported.');
    }
    const vpc = input.VpcId === undefined ? defaultVpc(region) : region.vpcs.get(input.VpcId);
    const id = vpc.view.VpcId;
    if (region.securityGroups.all().some(({ view }) => view.GroupName === input.GroupName && view.VpcId === id)) {
      throw new AwsProblem(
        'InvalidGroup.Duplicate',
        `The security group '${input.GroupName}' already exists for VPC '${id}'`,
      );
    }
    refuseDryRun(input);
    const group = addSecurityGroup(
      region,
      {
        GroupId: world.newId('sg'),
        GroupName: input.GroupName,
        Description: input.Description,
        OwnerId: call.caller.account,
        VpcId: id,
        Tags: tags,
        IpPermissions: [],
        IpPermissionsEgress: [
          {
            IpProtocol: '-1',
            IpRanges: [{ CidrIp: '0.0.0.0/0' }],
            Ipv6Ranges: [],
            PrefixListIds: [],
            UserIdGroupPairs: [],
          },
        ],
      },
      'add',
    );
    return { GroupId: group.view.GroupId, SecurityGroupArn: group.view.SecurityGroupArn, Tags: tags };
  }),

  AuthorizeSecurityGroupIngress: handle<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult>(
    (input, call) => {
      const group = groupNamed(call, input.GroupId, input.GroupName);
      const tags = tagsFor(input.TagSpecifications, ['security-group-rule'])('security-group-rule');
      const wanted = requested(input);
      const known = new Set(group.rules.map(({ permission }) => identity(permission)));
      for (const rule of wanted) {
        if (known.has(identity(rule))) {
          throw new AwsProblem(
            'InvalidPermission.Duplicate',
            `the specified rule "peer: ${identity(rule)}, ALLOW" already exists`,
          );
        }
        known.add(identity(rule));
      }
      if (known.size > 60)
        throw new AwsProblem('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules is 60.');
      refuseDryRun(input);
      const made = wanted.map((permission) => ({ id: call.world.newId('sgr'), egress: false, permission }));
      group.rules = [...group.rules, ...made];
      group.view.IpPermissions = grouped(group.rules.map(({ permission }) => permission));
      const SecurityGroupRules = made.map((rule) => ({ ...ruleView(group, rule.id, rule.permission), Tags: tags }));
      return { Return: true, SecurityGroupRules };
    },
  ),

  RevokeSecurityGroupIngress: handle<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult>(
    (input, call) => {
      const group = groupNamed(call, input.GroupId, input.GroupName);
      const ids = new Set(input.SecurityGroupRuleIds ?? []);
      const wanted = new Set(ids.size > 0 ? [] : requested(input).map(identity));
      const gone = group.rules.filter(({ id, permission }) => ids.has(id) || wanted.has(identity(permission)));
      if (gone.length < ids.size + wanted.size) {
        throw new AwsProblem('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
      }
      refuseDryRun(input);
      group.rules = group.rules.filter((rule) => !gone.includes(rule));
      group.view.IpPermissions = grouped(group.rules.map(({ permission }) => permission));
      return { Return: true };
    },
  ),

  DescribeSecurityGroups: handle<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>((input, call) => {
    refuseDryRun(input);
    const named = input.GroupNames?.map((name) => groupNamed(call, undefined, name));
    const entries =
      input.GroupIds?.map((id) => call.region.securityGroups.get(id)) ?? named ?? call.region.securityGroups.listed();
    const views = applyFilters(
      entries.map((entry) => entry.view),
      input.Filters,
      {
        'group-id': (view) => view.GroupId,
        'group-name': (view) => view.GroupName,
        'vpc-id': (view) => view.VpcId,
        'owner-id': (view) => view.OwnerId,
        description: (view) => view.Description,
      },
    );
    const { items, ...next } = page(views, input);
    return { SecurityGroups: items, ...next };
  }),

  DeleteSecurityGroup: handle<DeleteSecurityGroupRequest, DeleteSecurityGroupResult>((input, call) => {
    const { view } = groupNamed(call, input.GroupId, input.GroupName);
    if (view.GroupName === 'default') {
      throw new AwsProblem(
        'CannotDelete',
        `the specified group: "${view.GroupId}" name: "default" cannot be deleted by a user`,
      );
    }
    if (inUse(call.region, view.GroupId)) {
      throw new AwsProblem('DependencyViolation', `resource ${view.GroupId} has a dependent object`);
    }
    refuseDryRun(input);
    call.region.securityGroups.remove(view.GroupId);
    return { Return: true, GroupId: view.GroupId };
  }),
};
