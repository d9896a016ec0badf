import type { PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import { readCheckpoint } from '../_cloud/bake-checkpoint.ts';
import { bake, resumeBake, type BakeParts } from '../_cloud/bake.ts';
import type { GoogleBuild } from '../_googlecompute/google-build.ts';
import { artifactOf } from '../_googlecompute/images/artifact.ts';
import { finishImage } from '../_googlecompute/images/finish-image.ts';
import { checkNoImage, type MadeImage } from '../_googlecompute/images/insert-image.ts';
import { googleKinds } from '../_googlecompute/kinds/kinds.ts';
import { startGoogle } from '../_googlecompute/start.ts';
import type { GooglecomputeBuilderConfig } from './config.gen.ts';
import { sourceFacts } from './facts.ts';
import { fillIn, imageProject, type FilledConfig } from './fill-in.ts';
import { provisionGuest } from './guest/provision.ts';
import { waitForScript } from './guest/wait-for-script.ts';
import type { Launched } from './instance.ts';
import { launchInstance } from './launch.ts';
import { createImage } from './steps/create-image.ts';
import { findAddress } from './steps/find-address.ts';
import { findImage } from './steps/find-image.ts';
import { findInstance } from './steps/find-instance.ts';
import { findSourceImage } from './steps/find-source-image.ts';
import { stateLimit } from './steps/instance-life.ts';
import { keepDisks } from './steps/keep-disks.ts';
import { stopInstance } from './steps/stop-instance.ts';

/** Packer's id of the builder. */
const BUILDER_ID = 'packer.googlecompute';

async function makeImage(
  config: FilledConfig,
  launched: Launched,
  google: GoogleBuild,
): Promise<MadeImage | undefined> {
  const { build } = google;
  // One that is stopped was waited for by the process before.
  if (launched.about.isScriptWatched && launched.instance.status === 'RUNNING') {
    await build.step('wait for startup script', () => waitForScript(config, launched.id, google));
  }
  await build.step('stop instance', () => stopInstance(config, launched, google));
  if (config.skip_create_image) return undefined;
  return build.step('create image', () => createImage(config, launched, google));
}

function partsOf(
  config: FilledConfig,
  facts: JsonObject,
  google: GoogleBuild,
): BakeParts<Launched, MadeImage | undefined> {
  const { build, cloud } = google;
  const origin = { builderId: BUILDER_ID, project: imageProject(config), zone: config.zone };
  return {
    takeOver: (before, key) => findInstance(config, before, key, google),
    provision: (launched) => provisionGuest(config, launched, facts, google),
    make: (launched, pending: PendingOperations) => makeImage(config, launched, { ...google, pending }),
    note: (made) => made?.image.name ?? null,
    find: (noted) => build.step('find image', () => findImage(config, noted, google)),
    finish: async (made, instanceId) => {
      const keep = (): Promise<void> => keepDisks(config, instanceId, google);
      if (made === undefined) await keep();
      else {
        const finishing = { made, project: origin.project, limit: stateLimit(config) };
        await build.step('finish image', () => finishImage(config, finishing, google, keep));
      }
      return artifactOf(origin, made?.image, cloud);
    },
  };
}

async function start(config: GooglecomputeBuilderConfig, build: BuildRun): Promise<GoogleBuild> {
  return { build, cloud: await startGoogle(config, build), kinds: googleKinds(build.type) };
}

/** Starts an instance, runs the provisioners on it and makes an image of what its disk has become. */
export async function run(given: GooglecomputeBuilderConfig, build: BuildRun): Promise<Artifact> {
  const google = await start(given, build);
  const config = fillIn(given, build);
  if (!config.skip_create_image) {
    await build.step('check image name', () => checkNoImage(imageProject(config), config.image_name, google));
  }
  const source = await build.step('find source image', () => findSourceImage(config, google));
  const facts = sourceFacts(config.zone, source);
  const address = await findAddress(config, google);
  const launched = await launchInstance(config, { source, address }, google);
  return bake(partsOf(config, facts, google), launched, facts, build);
}

/** Goes on with the instance of an earlier process, or with its image when it is there already. */
export async function resume(given: GooglecomputeBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const before = readCheckpoint(state);
  const config = fillIn(given, build);
  return resumeBake(partsOf(config, before.facts, await start(given, build)), before, build);
}
