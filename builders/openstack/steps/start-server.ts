import type { Flavor, Image, Server, ServerNetwork, ServerRequest, Volume } from '../../../clients/openstack/index.ts';
import { ownTags } from '../../../plugins/sdk/cloud.ts';
import { aboutOption, type Acquired } from '../../../plugins/sdk/index.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { waitForServer } from '../server/server-life.ts';

/** What a server is started from. */
export interface ServerParts {
  readonly flavor: Flavor;
  readonly source: Image;
  readonly volume: Volume | undefined;
  readonly networks: readonly ServerNetwork[];
  readonly keyName: string | undefined;
  /** Base64. */
  readonly userData: string | undefined;
}

/** A volume that several servers may have is only taken from this version on. */
const MULTIATTACH = '2.60';

function disk({ volume, source }: ServerParts): Pick<ServerRequest, 'imageRef' | 'block_device_mapping_v2'> {
  if (volume === undefined) return { imageRef: source.id };
  const device = { boot_index: 0, uuid: volume.id, source_type: 'volume', destination_type: 'volume' } as const;
  return { block_device_mapping_v2: [{ ...device, delete_on_termination: false }] };
}

function requestOf(config: OpenstackBuilderConfig, parts: ServerParts): ServerRequest {
  const { flavor, volume, networks, keyName, userData } = parts;
  const groups = config.security_groups ?? [];
  return {
    name: config.instance_name ?? config.image_name,
    flavorRef: flavor.id,
    ...disk(parts),
    ...(networks.length > 0 ? { networks } : volume?.multiattach === true ? { networks: 'auto' } : {}),
    ...(groups.length === 0 ? {} : { security_groups: groups.map((name) => ({ name })) }),
    ...(keyName === undefined ? {} : { key_name: keyName }),
    ...(userData === undefined ? {} : { user_data: userData }),
    ...(config.availability_zone === undefined ? {} : { availability_zone: config.availability_zone }),
    ...(config.config_drive ? { config_drive: true } : {}),
  };
}

/** Starts the server and waits until it runs; it is deleted when the build is over. `config` has its texts filled in. */
export async function startServer(
  config: OpenstackBuilderConfig,
  parts: ServerParts,
  { build, cloud, kinds, ...rest }: OpenstackBuild,
): Promise<{ readonly server: Server; readonly acquired: Acquired<string, undefined> }> {
  const request = requestOf(config, parts);
  const version = parts.volume?.multiattach === true ? { microversion: MULTIATTACH } : {};
  const locator = locatorOf(cloud, { force: config.force_delete });
  const acquired = await build.acquire(kinds.server, {
    describe: `server ${request.name}`,
    locator,
    create: (token) =>
      kinds.server.createUnlessRefused(token, async () => {
        const metadata = { ...config.instance_metadata, ...ownTags(build, token) };
        const ask = async (): Promise<string> => {
          const made = await cloud.ask(({ compute }, call) =>
            compute.servers.create({ ...request, metadata }, undefined, { ...call, ...version }),
          );
          return made.id;
        };
        return { id: await makeOnce(kinds.server, { token, locator, signal: build.signal }, ask), handle: undefined };
      }),
  });
  build.say(`the server is ${acquired.id}`);
  const running = { build, cloud, kinds, ...rest };
  return {
    server: await aboutOption('/flavor', () => waitForServer(acquired.id, 'ACTIVE', config, running)),
    acquired,
  };
}
