import type { Server } from '../compute/server.ts';
import type { Region } from '../region.ts';
import { inBackground, type World } from '../world.ts';
import type { FloatingIp, Port } from './things.ts';

interface DoorPlan {
  readonly address: string;
  readonly isOpen: () => boolean;
}

/** Whether a port's security groups let TCP to `target` in from this machine. */
function letsIn(region: Region, port: Port, target: number): boolean {
  const rules = port.security_groups.flatMap((id) => region.securityGroups.peek(id)?.rules ?? []);
  return rules.some(
    (rule) =>
      rule.direction === 'ingress' &&
      rule.remote_group_id === null &&
      (rule.protocol === null || rule.protocol === 'tcp') &&
      (rule.port_range_min ?? 0) <= target &&
      target <= (rule.port_range_max ?? 65_535),
  );
}

function isRouted(region: Region, { network_id: id }: Port): boolean {
  return region.networks.peek(id)?.reach === 'direct';
}

function doorOf(world: World, region: Region, server: Server, port: Port, shown: string): DoorPlan {
  const target = world.options.guest?.port ?? 22;
  return {
    address: world.loopback.address(shown),
    isOpen: () => server.powerState === 1 && letsIn(region, port, target),
  };
}

function portOf(region: Region, { port_id: id }: FloatingIp): Port | undefined {
  return id === null ? undefined : region.ports.peek(id);
}

/** Where a server can be reached once it runs. */
export function doorsOf(world: World, region: Region, server: Server): readonly DoorPlan[] {
  const fixed = server.ports
    .filter((port) => isRouted(region, port))
    .flatMap((port) => port.fixed_ips.map((each) => doorOf(world, region, server, port, each.ip_address)));
  const floating = region.floatingIps.all().flatMap((each) => {
    const port = portOf(region, each);
    return port === undefined || !server.ports.includes(port)
      ? []
      : [doorOf(world, region, server, port, each.floating_ip_address)];
  });
  return [...fixed, ...floating];
}

/** Has a floating address lead to the server of its port, or nowhere. */
export function moveFloating(world: World, region: Region, floating: FloatingIp): void {
  const address = world.loopback.address(floating.floating_ip_address);
  const port = portOf(region, floating);
  for (const server of region.servers.all()) {
    const { guest } = server;
    if (guest === undefined) continue;
    inBackground(
      world,
      guest.shut(address).then(() => {
        if (port === undefined || !server.ports.includes(port)) return;
        const { isOpen } = doorOf(world, region, server, port, floating.floating_ip_address);
        guest.open(address, isOpen);
      }),
    );
  }
}
