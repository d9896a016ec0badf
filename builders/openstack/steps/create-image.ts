import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from '../../../clients/openstack/index.ts';
import { ownTags, retryWhile, type PollResult, type Tags } from '../../../plugins/sdk/cloud.ts';
import { throwIfCancelled, type Acquired } from '../../../plugins/sdk/index.ts';
import { isConflict, unlessGone } from '../../_openstack/api/failure.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import type { MadeImage } from '../../_openstack/images/finish-image.ts';
import { isAlive, lookAtImage, waitForImage } from '../../_openstack/images/wait-for-image.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { describeServer, reasonOfState } from '../server/server-life.ts';

/** What the image is to the build, for `kiln resume`. */
const PART = 'image';
/** The server may still be in the middle of something. Milliseconds. */
const BUSY_LIMIT = 5 * 60_000;
/** So long an image may take to be active once Nova says that the server has done with it. Milliseconds. */
const SETTLED_AFTER = 2 * 60_000;
/** Glance may say for a moment that an image which Nova has just made is not there. */
const LOOKS_IN_VAIN = 4;

function limitOf(config: OpenstackBuilderConfig): { readonly milliseconds: number; readonly option: string } {
  return { milliseconds: config.image_creation_timeout, option: 'image_creation_timeout' };
}

/**
 * Waits until the server has done with the image and the image is active. Nova makes it in the background and says in the
 * server's task state how far it is; a server that was deleted before would take the image with it.
 */
async function waitForSnapshot(
  id: string,
  serverId: string,
  config: OpenstackBuilderConfig,
  openstack: OpenstackBuild,
): Promise<Image> {
  let doneSince: number | undefined;
  let inVain = 0;
  const look = async (): Promise<PollResult<Image>> => {
    const server = await unlessGone(describeServer(serverId, openstack));
    const task = server?.['OS-EXT-STS:task_state'] ?? undefined;
    if (task !== undefined) return { state: `made by Nova (${task})` };
    const found = await unlessGone(lookAtImage(id, openstack));
    const fault = server === undefined ? '' : reasonOfState(server);
    if (found === undefined) {
      inVain += 1;
      if (inVain < LOOKS_IN_VAIN) return { state: 'not found' };
      return { failed: `Nova has given it up and removed it${fault}; "openstack server event list" may say more` };
    }
    doneSince ??= performance.now();
    if ('state' in found && performance.now() - doneSince > SETTLED_AFTER) {
      return { failed: `the server has done with it${fault}, and it is ${found.state} for ever` };
    }
    return found;
  };
  return waitUntil({ thing: `the image ${id}`, wanted: 'active', limit: limitOf(config), look }, openstack.build);
}

/** The template may want to wait longer. */
async function settle(
  { image_creation_wait: seconds = 0 }: OpenstackBuilderConfig,
  signal: AbortSignal,
): Promise<void> {
  if (seconds === 0) return;
  await delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
  throwIfCancelled(signal);
}

/** The image that an earlier process had asked for; one that could not be made is given back. */
async function earlierImage({
  build,
  cloud,
  kinds,
  pending,
}: OpenstackBuild): Promise<Acquired<string, undefined> | undefined> {
  const earlier = pending?.earlier(kinds.image, PART)?.acquired;
  if (earlier === undefined) return undefined;
  const image = await unlessGone(cloud.ask((client, call) => client.image.images.get(earlier.id, call)));
  if (image !== undefined && isAlive(image)) {
    build.say(`going on with the image ${earlier.id}`);
    return earlier;
  }
  await earlier.release();
  return undefined;
}

/** Asks for an image and notes it; `ask` makes it with properties by which it is found. */
async function acquireImage(
  config: OpenstackBuilderConfig,
  ask: (properties: Tags) => Promise<string>,
  openstack: OpenstackBuild,
): Promise<Acquired<string, undefined>> {
  const { build, cloud, kinds } = openstack;
  const locator = locatorOf(cloud);
  const acquired = await build.acquire(kinds.image, {
    describe: `image ${config.image_name}`,
    locator,
    create: (token) =>
      kinds.image.createUnlessRefused(token, async () => {
        await openstack.pending?.note(PART, { token, about: null });
        const properties = { ...config.metadata, ...ownTags(build, token) };
        const settling = { signal: build.signal, limit: BUSY_LIMIT };
        const patiently = (): Promise<string> => retryWhile(() => ask(properties), isConflict, settling);
        return {
          id: await makeOnce(kinds.image, { token, locator, signal: build.signal }, patiently),
          handle: undefined,
        };
      }),
  });
  build.say(`the image ${acquired.id} is being made`);
  return acquired;
}

/** Makes an image of the stopped server, and waits until both have done with it. */
export async function createImage(
  config: OpenstackBuilderConfig,
  serverId: string,
  openstack: OpenstackBuild,
): Promise<MadeImage> {
  const ask = (metadata: Tags): Promise<string> =>
    openstack.cloud.ask(({ compute }, call) =>
      compute.servers.createImage(serverId, { name: config.image_name, metadata }, call),
    );
  const acquired = (await earlierImage(openstack)) ?? (await acquireImage(config, ask, openstack));
  const image = await waitForSnapshot(acquired.id, serverId, config, openstack);
  await settle(config, openstack.build.signal);
  return { image, acquired };
}

/** Makes an image of a volume that no server has any more, and waits until it is active. */
export async function uploadVolume(
  config: OpenstackBuilderConfig,
  volumeId: string,
  openstack: OpenstackBuild,
): Promise<MadeImage> {
  const { cloud } = openstack;
  const format = config.image_disk_format;
  const ask = async (properties: Tags): Promise<string> => {
    // Cinder takes the image's properties from the volume, and changes none while it uploads.
    await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.setImageMetadata(volumeId, properties, call));
    const request = {
      image_name: config.image_name,
      container_format: 'bare',
      ...(format === undefined ? {} : { disk_format: format }),
    };
    const made = await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.uploadImage(volumeId, request, call));
    return made.image_id;
  };
  const acquired = (await earlierImage(openstack)) ?? (await acquireImage(config, ask, openstack));
  const image = await waitForImage(acquired.id, limitOf(config), openstack);
  await settle(config, openstack.build.signal);
  return { image, acquired };
}
