import type { Image } from '../../clients/openstack/index.ts';
import type { OpenstackBuild } from '../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';
import { waitForRackconnect } from './guest/wait-for-rackconnect.ts';
import type { Launched } from './server/launched.ts';
import { attachFloatingIp, needsFloatingIp } from './steps/attach-floating-ip.ts';
import { createVolume } from './steps/create-volume.ts';
import { findFlavor } from './steps/find-flavor.ts';
import { findNetworks } from './steps/find-networks.ts';
import { makeKeyPair } from './steps/make-key-pair.ts';
import { startServer } from './steps/start-server.ts';
import { userData } from './user-data.ts';

/** All that is needed for a server to run, and the server. `config` has its texts filled in. */
export async function launchServer(
  config: OpenstackBuilderConfig,
  source: Image,
  openstack: OpenstackBuild,
): Promise<Launched> {
  const { build } = openstack;
  const data = await userData(config);
  const flavor = await build.step('find flavor', () => findFlavor(config, openstack));
  const networks = await build.step('find networks', () => findNetworks(config, openstack));
  const key = await build.step('make key pair', () => makeKeyPair(config, openstack));
  const volume = config.use_blockstorage_volume
    ? await build.step('create volume', () => createVolume(config, source, openstack))
    : undefined;
  const parts = { flavor, source, volume, networks, keyName: key.name, userData: data };
  const { server, acquired } = await build.step('start server', () => startServer(config, parts, openstack));
  const { id } = server;
  if (config.rackconnect_wait) {
    await build.step('wait for rackconnect', () => waitForRackconnect(config, id, openstack));
  }
  const address = needsFloatingIp(config)
    ? await build.step('attach floating IP', () => attachFloatingIp(config, id, openstack))
    : null;
  return { id, key, server, acquired, about: { volume: volume?.id ?? null, address } };
}
