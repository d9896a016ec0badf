import type { Region } from '../region.ts';
import { conflict } from '../problem.ts';
import type { FixedIp, Subnet } from './things.ts';

/** "127.0.5.10" of "127.0.5.0/24", or "2001:db8::a" of "2001:db8::/64". */
function hostOf({ cidr, ip_version: version }: Subnet, number: number): string {
  const [network = ''] = cidr.split('/');
  return version === 6 ? network + number.toString(16) : network.replace(/\d+$/, String(number));
}

function inUse(region: Region, address: string): boolean {
  return (
    region.ports.all().some(({ fixed_ips: ips }) => ips.some((each) => each.ip_address === address)) ||
    region.floatingIps.all().some((each) => each.floating_ip_address === address)
  );
}

/** 10 to 249. */
const ADDRESSES = 240;

/** @throws ApiProblem when no address is free, or the one that was asked for is taken */
export function allocate(region: Region, subnet: Subnet, asked?: string): FixedIp {
  if (asked !== undefined) {
    if (inUse(region, asked))
      throw conflict(`IP address ${asked} already allocated in subnet ${subnet.id}`, 'IpAddressAlreadyAllocated');
    return { subnet_id: subnet.id, ip_address: asked };
  }
  // Not the one that was free last: a guest that ends may have it for a moment.
  for (let count = 0; count < ADDRESSES; count += 1) {
    const address = hostOf(subnet, 10 + (subnet.next % ADDRESSES));
    subnet.next += 1;
    if (!inUse(region, address)) return { subnet_id: subnet.id, ip_address: address };
  }
  throw conflict(`No more IP addresses available on network ${subnet.network_id}.`, 'IpAddressGenerationFailure');
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, each) => sum * 256 + Number(each), 0);
}

export function isInside(address: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  if (address.includes(':') || network.includes(':')) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(network) / size);
}
