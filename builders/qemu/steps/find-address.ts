import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, TimeoutError } from '../../../plugins/sdk/index.ts';
import type { Machine } from '../machine/machine.ts';

const POLL_MILLISECONDS = 500;

/** Hardware addresses of the machine's network devices, in small letters. */
async function macAddresses({ qmp }: Machine): Promise<readonly string[]> {
  const filters = await qmp.execute('query-rx-filter');
  return (Array.isArray(filters) ? filters : []).flatMap((filter: unknown) =>
    typeof filter === 'object' && filter !== null && 'main-mac' in filter
      ? [String(filter['main-mac']).toLowerCase()]
      : [],
  );
}

/** The address that a table of Linux (/proc/net/arp) has for one of the hardware addresses on a device. */
export function addressInTable(table: string, macs: readonly string[], device: string): string | undefined {
  const lines = table.split('\n').map((line) => line.trim().split(/\s+/));
  // Flags have 2 when the entry is complete.
  return lines.find(
    ([, , flags = '0', mac = '', , on]) =>
      (Number(flags) & 2) !== 0 && macs.includes(mac.toLowerCase()) && on === device,
  )?.[0];
}

/**
 * Waits until the host has heard of the guest on the bridge, and returns its IPv4 address. Throws `TimeoutError`
 * GUEST_ADDRESS and the signal's reason.
 */
export async function findAddress(
  machine: Machine,
  bridge: string,
  timeout: number,
  signal: AbortSignal,
): Promise<string> {
  const macs = await macAddresses(machine);
  const deadline = performance.now() + timeout;
  for (;;) {
    throwIfCancelled(signal);
    const found = addressInTable(await readFile('/proc/net/arp', 'utf8'), macs, bridge);
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new TimeoutError(`this machine has not heard of the guest (${macs.join(', ')}) on the bridge ${bridge}`, {
        code: 'GUEST_ADDRESS',
        pointer: '/net_bridge',
        hint: 'is there a DHCP server, and on this machine? If not, set ssh_host to the address of the guest',
      });
    }
    await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}
