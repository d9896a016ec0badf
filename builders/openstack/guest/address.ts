import type { Address, Server } from '../../../clients/openstack/index.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

type Wanted = Pick<OpenstackBuilderConfig, 'ssh_interface' | 'ssh_ip_version'>;

function isOfVersion({ version }: Address, wanted: Wanted['ssh_ip_version']): boolean {
  return wanted === undefined || String(version) === wanted;
}

/** The first address that fits, in the network `name` or in any; those of IPv4 first. */
function inNetworks({ addresses }: Server, name: string | undefined, wanted: Wanted): string | undefined {
  const pools = Object.entries(addresses).filter(([pool]) => name === undefined || pool === name);
  const fitting = pools.flatMap(([, all]) => all.filter((address) => isOfVersion(address, wanted.ssh_ip_version)));
  return (fitting.find(({ version }) => version === 4) ?? fitting[0])?.addr;
}

function accessAddress({ accessIPv4: four = '', accessIPv6: six = '' }: Server, version: string | undefined): string {
  if (version === '6') return six;
  return four === '' && version === undefined ? six : four;
}

/**
 * Where to connect to; undefined when the server has no such address (yet). Like Packer: the network that the template
 * names, the floating IP, the server's access address, any address.
 */
export function addressOf(server: Server, floatingIp: string | undefined, wanted: Wanted): string | undefined {
  const { ssh_interface: name } = wanted;
  const named = name === undefined ? undefined : inNetworks(server, name, wanted);
  const access = accessAddress(server, wanted.ssh_ip_version);
  const other = access === '' ? undefined : access;
  return named ?? floatingIp ?? other ?? (name === undefined ? inNetworks(server, undefined, wanted) : undefined);
}
