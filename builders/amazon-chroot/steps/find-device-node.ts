import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, TimeoutError } from '../../../plugins/sdk/index.ts';
import { namesOf, withoutPartitionMark } from '../device-names.ts';
import { blockDeviceAt, nodeOfVolume } from '../driver.ts';

const LIMIT_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 100;

export interface DeviceNode {
  /** What the kernel calls the volume: "/dev/nvme1n1". */
  readonly node: string;
  /** What commands are told: the name that the volume was attached under where that leads to it, otherwise the node. */
  readonly shown: string;
}

/** Waits for a device node; `pointer` leads to the option that names it. Throws `TimeoutError` AMAZON_CHROOT_NO_NODE. */
export async function waitForNode(
  what: string,
  look: () => Promise<string | undefined>,
  { signal, hint, pointer }: { readonly signal: AbortSignal; readonly hint: string; readonly pointer: string },
  limit: number = LIMIT_MILLISECONDS,
): Promise<string> {
  const started = performance.now();
  for (;;) {
    const node = await look();
    if (node !== undefined) return node;
    if (performance.now() - started > limit) {
      const message = `${what} has not come up within ${limit / 1000} s`;
      throw new TimeoutError(message, { code: 'AMAZON_CHROOT_NO_NODE', pointer, hint });
    }
    await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}

/** Finds the device node of an attached volume. Throws `TimeoutError` AMAZON_CHROOT_NO_NODE. */
export async function findDeviceNode(
  volumeId: string,
  device: string,
  nvmePath: string | undefined,
  signal: AbortSignal,
): Promise<DeviceNode> {
  const given = nvmePath === undefined || nvmePath === '' ? undefined : withoutPartitionMark(nvmePath);
  const look = (): Promise<string | undefined> =>
    given === undefined ? nodeOfVolume(volumeId, device) : blockDeviceAt(given);
  const hint = 'name the device node with nvme_device_path';
  const help = { signal, hint, pointer: '/nvme_device_path' };
  const node = await waitForNode(`the device node of ${volumeId} (${given ?? device})`, look, help);
  const names = given === undefined ? namesOf(device) : [given];
  for (const name of names) if ((await blockDeviceAt(name)) === node) return { node, shown: name };
  return { node, shown: node };
}
