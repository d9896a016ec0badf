import type { Call } from '../call.ts';
import type { Server } from '../compute/server.ts';
import { badRequest, conflict } from '../problem.ts';
import type { Region } from '../region.ts';
import type { World } from '../world.ts';
import { moveFloating } from './doors.ts';
import { makePort } from './ports.ts';
import { defaultGroup } from './security-groups.ts';
import type { Network, Port } from './things.ts';

/** What Nova is told of the networks of a new server. */
export type AskedNetworks =
  | undefined
  | 'none'
  | 'auto'
  | readonly { readonly uuid?: string; readonly port?: string | null; readonly fixed_ip?: string }[];

/** A place of the server: a port that is there, or a network to make one in. */
export type PortPlan = { readonly port: Port } | { readonly network: Network; readonly address: string | undefined };

/** The networks that a project's servers get when none is named. */
function usual({ region, caller }: Call): readonly Network[] {
  return region.networks
    .all()
    .filter((network) => !network['router:external'])
    .filter((network) => network.shared || network.project_id === caller.project?.id);
}

/** Looks at all places before one is taken. */
export function planPorts(call: Call, asked: AskedNetworks): readonly PortPlan[] {
  const { region } = call;
  if (asked === 'none') return [];
  if (asked === undefined || asked === 'auto' || asked.length === 0) {
    const networks = usual(call);
    if (networks.length > 1) {
      throw conflict('Multiple possible networks found, use a Network ID to be more specific.');
    }
    return networks.map((network) => ({ network, address: undefined }));
  }
  return asked.map(({ uuid, port: id, fixed_ip: address }) => {
    if (id !== undefined && id !== null) {
      const port = region.ports.peek(id);
      if (port === undefined) throw badRequest(`Port id ${id} could not be found.`);
      if (port.device_id !== '') throw conflict(`Port ${id} is still in use.`);
      return { port };
    }
    const network = region.networks.peek(uuid ?? '');
    if (network === undefined) throw badRequest(`Network ${uuid} could not be found.`);
    return { network, address };
  });
}

/** The ids of security groups that are named by name or id. @throws ApiProblem when there is none, or several */
export function groupIds(call: Call, asked: readonly { readonly name?: string }[] | undefined): readonly string[] {
  const own = call.region.securityGroups.all().filter((group) => group.project_id === call.caller.project?.id);
  if (asked === undefined || asked.length === 0) return [defaultGroup(call).id];
  return asked.map(({ name = '' }) => {
    const byId = own.find((group) => group.id === name);
    if (byId !== undefined) return byId.id;
    const [first, second] = own.filter((group) => group.name === name);
    if (first === undefined) throw badRequest(`Unable to find security_group with name or id '${name}'`);
    if (second !== undefined) {
      throw conflict(`Multiple security_group matches found for name '${name}', use an ID to be more specific.`);
    }
    return first.id;
  });
}

/** Takes the planned places for a server. */
export function takePorts(call: Call, serverId: string, plans: readonly PortPlan[], groups: readonly string[]): Port[] {
  return plans.map((plan) => {
    if ('port' in plan) {
      Object.assign(plan.port, { device_id: serverId, device_owner: 'compute:nova' });
      return plan.port;
    }
    const fixed = plan.address === undefined ? {} : { fixed_ips: [{ ip_address: plan.address }] };
    const place = { device_id: serverId, device_owner: 'compute:nova', security_groups: groups };
    return makePort(call, { network_id: plan.network.id, ...place, ...fixed }, true);
  });
}

/** Nova's ports go with their server; others stay. A floating address stays and leads nowhere. */
export function releasePorts(world: World, region: Region, server: Server): void {
  for (const port of server.ports) {
    Object.assign(port, { device_id: '', device_owner: '', status: 'DOWN' });
    for (const floating of region.floatingIps.all()) {
      if (floating.port_id !== port.id) continue;
      if (port.byNova)
        Object.assign(floating, { port_id: null, fixed_ip_address: null, router_id: null, status: 'DOWN' });
      moveFloating(world, region, floating);
    }
    if (port.byNova) region.ports.remove(port.id);
  }
}
