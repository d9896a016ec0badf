import type { PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import { readCheckpoint } from '../_cloud/bake-checkpoint.ts';
import { bake, resumeBake, type BakeParts } from '../_cloud/bake.ts';
import { artifactOf } from '../_openstack/images/artifact.ts';
import { finishImage, type MadeImage } from '../_openstack/images/finish-image.ts';
import { openstackKinds } from '../_openstack/kinds/kinds.ts';
import type { OpenstackBuild } from '../_openstack/openstack-build.ts';
import { startOpenstack } from '../_openstack/start.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';
import { sourceFacts } from './facts.ts';
import { fillInTexts } from './fill-in-texts.ts';
import { provisionGuest } from './guest/provision.ts';
import { launchServer } from './launch.ts';
import type { Launched } from './server/launched.ts';
import { createImage, uploadVolume } from './steps/create-image.ts';
import { waitForVolume } from './steps/create-volume.ts';
import { findImage } from './steps/find-image.ts';
import { findServer } from './steps/find-server.ts';
import { findSourceImage } from './steps/find-source-image.ts';
import { stopServer } from './steps/stop-server.ts';

/** Packer's id of the builder. */
const BUILDER_ID = 'mitchellh.openstack';

/** The image of the server's own disk, or of its volume, which has to be free of the server. */
async function makeImage(
  config: OpenstackBuilderConfig,
  { id, server, acquired, about: { volume } }: Launched,
  openstack: OpenstackBuild,
): Promise<MadeImage | undefined> {
  const { build } = openstack;
  if (server !== undefined) await build.step('stop server', () => stopServer(config, id, openstack));
  if (config.skip_create_image) return undefined;
  if (volume === null) return build.step('create image', () => createImage(config, id, openstack));
  await build.step('delete server', async () => {
    await acquired.release();
    await waitForVolume(volume, config, openstack);
  });
  return build.step('upload volume', () => uploadVolume(config, volume, openstack));
}

/** `config` has its texts filled in from `facts`. */
function partsOf(
  config: OpenstackBuilderConfig,
  facts: JsonObject,
  openstack: OpenstackBuild,
): BakeParts<Launched, MadeImage | undefined> {
  const { build, cloud } = openstack;
  return {
    takeOver: (before, key) => findServer(before, key, openstack),
    provision: (launched) => provisionGuest(config, launched, facts, openstack),
    make: (launched, pending: PendingOperations) => makeImage(config, launched, { ...openstack, pending }),
    note: (made) => made?.image.id ?? null,
    find: (noted) => build.step('find image', () => findImage(noted, openstack)),
    finish: async (made) => {
      if (made !== undefined) {
        await build.step('finish image', () => finishImage(config, config.image_tags ?? [], made, openstack));
      }
      return artifactOf(BUILDER_ID, made?.image.id, cloud);
    },
  };
}

async function start(config: OpenstackBuilderConfig, build: BuildRun): Promise<OpenstackBuild> {
  const cloud = await build.step('find OpenStack', () => startOpenstack(config, build));
  return { build, cloud, kinds: openstackKinds(build.type) };
}

/** Starts a server, runs the provisioners on it and makes an image of what it has become. */
export async function run(given: OpenstackBuilderConfig, build: BuildRun): Promise<Artifact> {
  const openstack = await start(given, build);
  const source = await build.step('find source image', () => findSourceImage(given, openstack));
  const facts = sourceFacts(openstack.cloud.region, source);
  const config = fillInTexts(given, facts, build);
  const launched = await launchServer(config, source, openstack);
  return bake(partsOf(config, facts, openstack), launched, facts, build);
}

/** Goes on with the server of an earlier process, or with its image when it is there already. */
export async function resume(given: OpenstackBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const before = readCheckpoint(state);
  const config = fillInTexts(given, before.facts, build);
  return resumeBake(partsOf(config, before.facts, await start(config, build)), before, build);
}
