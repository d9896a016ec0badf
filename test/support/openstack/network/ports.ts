import { part, type Call, type Reply, type Route } from '../call.ts';
import { badRequest, conflict } from '../problem.ts';
import { inDatabase } from '../region.ts';
import type { World } from '../world.ts';
import { allocate, isInside } from './allocate.ts';
import { defaultGroup } from './security-groups.ts';
import { listRoutes } from './list.ts';
import { standard } from './standard.ts';
import type { Network, Port } from './things.ts';

interface Asked {
  readonly network_id: string;
  readonly name?: string;
  readonly description?: string;
  readonly security_groups?: readonly string[];
  readonly device_id?: string;
  readonly device_owner?: string;
  readonly admin_state_up?: boolean;
  readonly fixed_ips?: readonly { readonly subnet_id?: string; readonly ip_address?: string }[];
  readonly tags?: readonly string[];
}

function mac(world: World): string {
  return `fa:16:3e:${world
    .newId()
    .slice(0, 6)
    .replace(/..(?=.)/g, '$&:')}`;
}

function fixedIps({ region }: Call, network: Network, asked: Asked['fixed_ips']): Port['fixed_ips'] {
  const subnets = network.subnets.flatMap((id) => region.subnets.peek(id) ?? []);
  if (asked === undefined || asked.length === 0) return subnets.map((subnet) => allocate(region, subnet));
  return asked.map(({ subnet_id: id, ip_address: address }) => {
    const subnet = subnets.find((each) => (id === undefined ? isInside(address ?? '', each.cidr) : each.id === id));
    if (subnet === undefined)
      throw badRequest(
        `IP address ${address} is not a valid IP for any of the subnets on the specified network.`,
        'InvalidIpForNetwork',
      );
    return allocate(region, subnet, address);
  });
}

/** Makes a port for the caller. */
export function makePort(call: Call, asked: Asked, byNova: boolean): Port {
  const { world, region, caller } = call;
  const network = inDatabase(region.networks, asked.network_id);
  const groups = asked.security_groups ?? [defaultGroup(call).id];
  for (const id of groups) inDatabase(region.securityGroups, id);
  const project = caller.project?.id ?? '';
  const port: Port = {
    ...standard(world, project),
    name: asked.name ?? '',
    description: asked.description ?? '',
    network_id: network.id,
    mac_address: mac(world),
    admin_state_up: asked.admin_state_up ?? true,
    status: 'DOWN',
    device_id: asked.device_id ?? '',
    device_owner: asked.device_owner ?? '',
    fixed_ips: fixedIps(call, network, asked.fixed_ips),
    security_groups: [...groups],
    byNova,
  };
  port.tags.push(...(asked.tags ?? []));
  if (network.reach === 'direct') for (const each of port.fixed_ips) world.loopback.map(each.ip_address);
  return region.ports.add(port.id, port);
}

export function portView({ byNova: _made, ...port }: Port): object {
  const fixed = { allowed_address_pairs: [], extra_dhcp_opts: [], 'binding:vnic_type': 'normal' };
  return { ...port, ...fixed, port_security_enabled: true };
}

function update(call: Call): Reply {
  const port = call.region.ports.get(call.path['id'] ?? '');
  const { security_groups: groups, ...more } = part(call, 'port') as Partial<Asked>;
  for (const id of groups ?? []) call.region.securityGroups.get(id);
  Object.assign(port, more, groups === undefined ? {} : { security_groups: [...groups] });
  port.revision_number += 1;
  return { body: { port: portView(port) } };
}

function remove(call: Call): Reply {
  const { region, path } = call;
  const port = region.ports.get(path['id'] ?? '');
  if (port.device_owner.startsWith('network:')) {
    throw conflict(`Port ${port.id} cannot be deleted directly via the port API.`, 'ServicePortInUse');
  }
  for (const floating of region.floatingIps.all()) {
    if (floating.port_id === port.id)
      Object.assign(floating, { port_id: null, fixed_ip_address: null, status: 'DOWN' });
  }
  region.ports.remove(port.id);
  return { status: 204 };
}

export const portRoutes: readonly Route[] = [
  ...listRoutes('ports', 'port', ({ region }) => region.ports, portView),
  {
    name: 'createPort',
    method: 'POST',
    path: '/ports',
    act: (call) => ({ status: 201, body: { port: portView(makePort(call, part(call, 'port') as Asked, false)) } }),
  },
  { name: 'updatePort', method: 'PUT', path: '/ports/:id', act: update },
  { name: 'deletePort', method: 'DELETE', path: '/ports/:id', act: remove },
];
