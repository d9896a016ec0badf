import type { Region } from '../region.ts';
import type { Server } from './server.ts';

interface Address {
  readonly version: number;
  readonly addr: string;
  readonly 'OS-EXT-IPS:type': string;
  readonly 'OS-EXT-IPS-MAC:mac_addr': string;
}

function versionOf(address: string): number {
  return address.includes(':') ? 6 : 4;
}

/** A server's addresses by its networks' names, with the floating ones that lead to it. */
export function addressesOf(region: Region, { status, ports }: Server): Readonly<Record<string, readonly Address[]>> {
  const found: Record<string, Address[]> = {};
  if (status === 'BUILD') return found;
  for (const port of ports) {
    const network = region.networks.peek(port.network_id)?.name ?? '';
    const listed = (found[network] ??= []);
    const add = (addr: string, type: string): void => {
      const facts = { 'OS-EXT-IPS:type': type, 'OS-EXT-IPS-MAC:mac_addr': port.mac_address };
      listed.push({ version: versionOf(addr), addr, ...facts });
    };
    for (const { ip_address: fixed } of port.fixed_ips) {
      add(fixed, 'fixed');
      for (const floating of region.floatingIps.all()) {
        const leads = floating.port_id === port.id && floating.fixed_ip_address === fixed;
        if (leads) add(floating.floating_ip_address, 'floating');
      }
    }
  }
  return found;
}
