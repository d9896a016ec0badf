import { part, type Call, type Reply, type Route } from '../call.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { allocate } from './allocate.ts';
import { inDatabase } from '../region.ts';
import { moveFloating } from './doors.ts';
import { listRoutes } from './list.ts';
import { standard } from './standard.ts';
import type { FloatingIp } from './things.ts';

interface Asked {
  readonly floating_network_id: string;
  readonly port_id?: string | null;
  readonly fixed_ip_address?: string | null;
  readonly floating_ip_address?: string;
  readonly description?: string;
}

/** Leads the address to a port, or nowhere. @throws ApiProblem when the port cannot have it */
function associate(call: Call, floating: FloatingIp, asked: Partial<Asked>): void {
  const { region, world, outcome } = call;
  if (asked.port_id === null || asked.port_id === undefined) {
    Object.assign(floating, { port_id: null, fixed_ip_address: null, router_id: null, status: 'DOWN' });
  } else {
    const port = inDatabase(region.ports, asked.port_id);
    const [first] = port.fixed_ips.filter(({ ip_address: address }) => !address.includes(':'));
    const fixed = asked.fixed_ip_address ?? first?.ip_address;
    if (fixed === undefined) {
      throw badRequest(`Port ${port.id} has no fixed IP address that a floating IP can be tied to.`, 'BadRequest');
    }
    const other = region.floatingIps.all().find((each) => each.port_id === port.id && each !== floating);
    if (other !== undefined) {
      const tail = `because that fixed IP already has a floating IP on external network ${floating.floating_network_id}.`;
      throw conflict(
        `Cannot associate floating IP ${floating.floating_ip_address} (${floating.id}) with port ${port.id} using fixed IP ${fixed}, ${tail}`,
        'FloatingIPPortAlreadyAssociated',
      );
    }
    if (region.networks.peek(port.network_id)?.reach === 'none') {
      const network = floating.floating_network_id;
      const [subnet] = port.fixed_ips.map((each) => each.subnet_id);
      throw notFound(
        `External network ${network} is not reachable from subnet ${subnet}.  Therefore, cannot associate Port ${port.id} with a Floating IP.`,
        'ExternalGatewayForFloatingIPNotFound',
      );
    }
    const state = outcome.stuck ? 'DOWN' : 'ACTIVE';
    Object.assign(floating, { port_id: port.id, fixed_ip_address: fixed, router_id: port.network_id, status: state });
  }
  moveFloating(world, region, floating);
}

function view(floating: FloatingIp, { region }: Call): object {
  const port = floating.port_id === null ? undefined : region.ports.peek(floating.port_id);
  const details =
    port === undefined
      ? null
      : {
          name: port.name,
          network_id: port.network_id,
          mac_address: port.mac_address,
          admin_state_up: port.admin_state_up,
          status: port.status,
          device_id: port.device_id,
          device_owner: port.device_owner,
        };
  return { ...floating, port_details: details, port_forwardings: [] };
}

function create(call: Call): Reply {
  const { region, world, caller } = call;
  const asked = part(call, 'floatingip') as Asked;
  const network = inDatabase(region.networks, asked.floating_network_id);
  if (!network['router:external']) {
    throw badRequest(`Bad floatingip request: Network ${network.id} is not a valid external network.`, 'BadRequest');
  }
  const subnet = inDatabase(region.subnets, network.subnets[0] ?? '');
  const floating: FloatingIp = {
    ...standard(world, caller.project?.id ?? ''),
    description: asked.description ?? '',
    floating_ip_address: allocate(region, subnet, asked.floating_ip_address).ip_address,
    floating_network_id: network.id,
    router_id: null,
    port_id: null,
    fixed_ip_address: null,
    status: 'DOWN',
  };
  world.loopback.map(floating.floating_ip_address);
  if (asked.port_id !== undefined && asked.port_id !== null) associate(call, floating, asked);
  region.floatingIps.add(floating.id, floating);
  return { status: 201, body: { floatingip: view(floating, call) } };
}

export const floatingIpRoutes: readonly Route[] = [
  ...listRoutes('floatingips', 'floatingip', ({ region }) => region.floatingIps, view),
  { name: 'createFloatingip', method: 'POST', path: '/floatingips', act: create },
  {
    name: 'updateFloatingip',
    method: 'PUT',
    path: '/floatingips/:id',
    act: (call) => {
      const floating = call.region.floatingIps.get(call.path['id'] ?? '');
      const { description, ...asked } = part(call, 'floatingip') as Partial<Asked>;
      if (description !== undefined) floating.description = description;
      if ('port_id' in asked) associate(call, floating, asked);
      return { body: { floatingip: view(floating, call) } };
    },
  },
  {
    name: 'deleteFloatingip',
    method: 'DELETE',
    path: '/floatingips/:id',
    act: (call) => {
      const floating = call.region.floatingIps.get(call.path['id'] ?? '');
      associate(call, floating, { port_id: null });
      call.region.floatingIps.remove(floating.id);
      return { status: 204 };
    },
  },
];
