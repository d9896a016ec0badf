import { part, type Call, type Reply, type Route } from '../call.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { uuid } from '../ids.ts';
import { timestamp, type World } from '../world.ts';
import { inDatabase, type Region } from '../region.ts';
import { listRoutes } from './list.ts';
import { standard } from './standard.ts';
import type { SecurityGroup, SecurityGroupRule } from './things.ts';

type AskedRule = { readonly security_group_id: string; readonly direction: string } & {
  readonly [P in 'ethertype' | 'protocol' | 'remote_ip_prefix' | 'remote_group_id' | 'description']?: string | null;
} & { readonly [P in 'port_range_min' | 'port_range_max']?: number | string | null };

function makeRule(world: World, group: SecurityGroup, asked: AskedRule, description: string | null): SecurityGroupRule {
  const now = timestamp(world);
  const number = (value: number | string | null | undefined): number | null =>
    value === undefined || value === null ? null : Number(value);
  return {
    id: uuid(world.newId()),
    tenant_id: group.tenant_id,
    project_id: group.project_id,
    security_group_id: group.id,
    ethertype: asked.ethertype ?? 'IPv4',
    direction: asked.direction,
    protocol: asked.protocol ?? null,
    port_range_min: number(asked.port_range_min),
    port_range_max: number(asked.port_range_max),
    remote_ip_prefix: asked.remote_ip_prefix ?? null,
    remote_group_id: asked.remote_group_id ?? null,
    description,
    created_at: now,
    updated_at: now,
    revision_number: 0,
  };
}

interface NewGroup {
  readonly project: string;
  readonly name: string;
  readonly description: string;
}

function makeGroup(world: World, { project, name, description }: NewGroup): SecurityGroup {
  const group: SecurityGroup = { ...standard(world, project), name, description, stateful: true, rules: [] };
  for (const ethertype of ['IPv4', 'IPv6']) {
    group.rules.push(makeRule(world, group, { security_group_id: group.id, direction: 'egress', ethertype }, null));
  }
  return group;
}

/** The project's own group, which comes to be when it is first needed. */
export function ensureDefaultGroup(world: World, region: Region, project: string): SecurityGroup {
  const known = region.securityGroups.all().find((group) => group.project_id === project && group.name === 'default');
  if (known !== undefined) return known;
  const group = makeGroup(world, { project, name: 'default', description: 'Default security group' });
  region.securityGroups.put(group.id, group);
  const open = world.options.openDefaultGroup ?? true;
  for (const ethertype of ['IPv4', 'IPv6']) {
    const from = open ? {} : { remote_group_id: group.id };
    const rule = { security_group_id: group.id, direction: 'ingress', ethertype, ...from };
    group.rules.push(makeRule(world, group, rule, null));
  }
  return group;
}

export function defaultGroup({ world, region, caller }: Call): SecurityGroup {
  return ensureDefaultGroup(world, region, caller.project?.id ?? '');
}

/** A rule as it is shown inside its group. */
function ruleInGroup(rule: SecurityGroupRule): object {
  return { ...ruleView(rule), standard_attr_id: 1, tags: [] };
}

function ruleView(rule: SecurityGroupRule): object {
  return { ...rule, remote_address_group_id: null, normalized_cidr: rule.remote_ip_prefix };
}

function groupView({ rules, ...group }: SecurityGroup): object {
  return { ...group, shared: false, security_group_rules: rules.map(ruleInGroup) };
}

function createGroup(call: Call): Reply {
  const { name = '', description = '' } = part(call, 'security_group') as { name?: string; description?: string };
  defaultGroup(call);
  if (name === 'default') {
    throw conflict('Default security group already exists.', 'SecurityGroupDefaultAlreadyExists');
  }
  const group = makeGroup(call.world, { project: call.caller.project?.id ?? '', name, description });
  call.region.securityGroups.add(group.id, group);
  return { status: 201, body: { security_group: groupView(group) } };
}

function deleteGroup({ region, path }: Call): Reply {
  const group = region.securityGroups.get(path['id'] ?? '');
  if (region.ports.all().some((port) => port.security_groups.includes(group.id))) {
    throw conflict(`Security Group ${group.id} in use.`, 'SecurityGroupInUse');
  }
  region.securityGroups.remove(group.id);
  return { status: 204 };
}

const COMPARED = [
  'ethertype',
  'direction',
  'protocol',
  'port_range_min',
  'port_range_max',
  'remote_ip_prefix',
  'remote_group_id',
] as const;

function createRule(call: Call): Reply {
  const asked = part(call, 'security_group_rule') as AskedRule;
  const group = inDatabase(call.region.securityGroups, asked.security_group_id);
  const rule = makeRule(call.world, group, asked, asked.description ?? '');
  if (
    (rule.port_range_min === null) !== (rule.port_range_max === null) ||
    (rule.port_range_min !== null && rule.protocol === null)
  ) {
    throw badRequest('Must also specify protocol if port range is given.', 'SecurityGroupProtocolRequiredWithPorts');
  }
  const same = group.rules.find((each) => COMPARED.every((name) => each[name] === rule[name]));
  if (same !== undefined) {
    throw conflict(`Security group rule already exists. Rule id is ${same.id}.`, 'SecurityGroupRuleExists');
  }
  group.rules.push(rule);
  return { status: 201, body: { security_group_rule: ruleView(rule) } };
}

function findRule({ region, path }: Call): { readonly group: SecurityGroup; readonly rule: SecurityGroupRule } {
  for (const group of region.securityGroups.all()) {
    const rule = group.rules.find(({ id }) => id === path['id']);
    if (rule !== undefined) return { group, rule };
  }
  throw notFound(`Security group rule ${path['id']} does not exist`, 'SecurityGroupRuleNotFound');
}

export const securityGroupRoutes: readonly Route[] = [
  ...listRoutes(
    'security_groups',
    'security_group',
    (call) => {
      defaultGroup(call);
      return call.region.securityGroups;
    },
    groupView,
  ),
  { name: 'createSecurityGroup', method: 'POST', path: '/security-groups', act: createGroup },
  { name: 'deleteSecurityGroup', method: 'DELETE', path: '/security-groups/:id', act: deleteGroup },
  { name: 'createSecurityGroupRule', method: 'POST', path: '/security-group-rules', act: createRule },
  {
    name: 'showSecurityGroupRule',
    method: 'GET',
    path: '/security-group-rules/:id',
    act: (call) => ({ body: { security_group_rule: ruleView(findRule(call).rule) } }),
  },
  {
    name: 'deleteSecurityGroupRule',
    method: 'DELETE',
    path: '/security-group-rules/:id',
    act: (call) => {
      const { group, rule } = findRule(call);
      group.rules.splice(group.rules.indexOf(rule), 1);
      return { status: 204 };
    },
  },
];
