import { readLocator, type Locator } from '../../../plugins/sdk/cloud.ts';
import { rmdir } from 'node:fs/promises';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { JsonObject, ResourceKind } from '../../../plugins/sdk/index.ts';
import { plainHost, runOnHost, type Host } from '../host.ts';
import { unmountBelow, type Mounted } from './unmount.ts';

const hosts = new Map<string, Host>();

export interface BuildMount extends Mounted {
  /** Remembers how this process becomes root, which may hold a secret and so is in no journal. */
  readonly host: Host;
  /** The directory was made for the mount. */
  readonly ownDirectory: boolean;
}

/** The name under which mounts remember how this process becomes root. */
export function hostKey(host: Host): string {
  const key = [...hosts].find(([, each]) => each === host)?.[0] ?? crypto.randomUUID();
  hosts.set(key, host);
  return key;
}

/** What another process had under this name is `host` in this one. */
export function recallHost(key: string, host: Host): void {
  hosts.set(key, host);
}

export function mountLocator({ path, tree, device, host, ownDirectory }: BuildMount): JsonObject {
  return { path, tree, device, host: hostKey(host), ownDirectory };
}

async function removeDirectory(path: string, host: Host, signal: AbortSignal): Promise<void> {
  const found = await rmdir(path).then(
    () => false,
    (error: unknown) =>
      error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'),
  );
  if (found) await runOnHost(host, { doing: `removing ${path}`, command: `rmdir ${shellWord(path)}`, signal });
}

function hostOf(locator: Locator): Host {
  return hosts.get(locator.text('host')) ?? plainHost;
}

/** Something mounted on this machine for the build; the id is where. */
export const mountKind: ResourceKind<string> = {
  kind: 'amazon-chroot:mount',
  release: async (path, journaled, context) => {
    const locator = readLocator(journaled);
    const host = hostOf(locator);
    const mounted = { path, tree: locator.text('tree'), device: locator.text('device') };
    await unmountBelow(mounted, host, context);
    if (locator.value('ownDirectory') === true) await removeDirectory(path, host, context.signal);
  },
  find: (_token, locator) => Promise.resolve([readLocator(locator).text('path')]),
  manualCommand: (path) => `umount -R ${shellWord(path)}`,
};
