import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';
import { readCheckpoint } from '../_cloud/bake-checkpoint.ts';
import { bake, resumeBake, type BakeParts } from '../_cloud/bake.ts';
import type { AccessOptions } from './mixins/access.gen.ts';
import type { AmazonBuild } from './amazon-build.ts';
import { artifactOf } from './images/artifact.ts';
import { checkSharedSource } from './checks/check-sharing.ts';
import type { Image } from './api/driver.ts';
import { checkCopies } from './images/copy-plan.ts';
import type { MadeImage } from './images/make-image.ts';
import type { AmiOptions } from './mixins/ami.gen.ts';
import type { LaunchDevicesOptions } from './mixins/launch-devices.gen.ts';
import type { RunOptions } from './mixins/run.gen.ts';
import { earlierFirst, finishImages, imageLabel, makeImages, type ImageLabel } from './images/publish-images.ts';
import { startAmazon } from './start.ts';
import { checkNames } from './images/check-names.ts';
import { fillInTags } from './fill-in-tags.ts';
import { provisionGuest } from './guest/provision.ts';
import { findImages, notedImages } from './images/steps/find-images.ts';
import { findInstance } from './instance/find-instance.ts';
import { findSourceImage } from './instance/find-source-image.ts';
import { launchInstance, type Launched } from './instance/launch.ts';
import { setNetworkDrivers, stopInstance } from './instance/stop-instance.ts';
import { sourceFacts } from './tags.ts';

type BakeOptions = AccessOptions & RunOptions & LaunchDevicesOptions & AmiOptions & CommunicatorOptions;

/** What tells one builder that makes an image of an instance from another. */
export interface ImageBuilder<Config extends BakeOptions> {
  /** Packer's id of the builder. */
  readonly id: string;
  /** Whether the image inherits what the instance is. */
  inherits(config: Config): boolean;
  /** Refuses a source that cannot become what the template asks for. */
  checkSource?(config: Config, source: Image, amazon: AmazonBuild): void;
  /** What is done with images that are there before they are shared; the images to go on with. */
  complete?(config: Config, images: readonly MadeImage[], amazon: AmazonBuild): Promise<readonly MadeImage[]>;
  /** Gets the stopped instance ready; what it resolves with makes the image in the build's region. */
  prepare(
    config: Config,
    instanceId: string,
    label: ImageLabel,
    amazon: AmazonBuild,
  ): Promise<(label: ImageLabel) => Promise<MadeImage>>;
}

/** What is left to do before an image can be made of the instance. */
async function settleInstance<Config extends BakeOptions>(
  builder: ImageBuilder<Config>,
  config: Config,
  id: string,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  await build.step('stop instance', () => stopInstance(config, id, amazon));
  if (builder.inherits(config) && (config.ena_support !== undefined || config.sriov_support)) {
    await build.step('set network drivers', () => setNetworkDrivers(config, id, amazon));
  }
}

async function imagesOf<Config extends BakeOptions>(
  builder: ImageBuilder<Config>,
  config: Config,
  id: string,
  amazon: AmazonBuild,
): Promise<readonly MadeImage[] | undefined> {
  const earlier = await earlierFirst(amazon);
  if (earlier === undefined) await settleInstance(builder, config, id, amazon);
  if (config.skip_create_ami) return undefined;
  const label = imageLabel(config);
  return makeImages(config, label, earlier ?? (await builder.prepare(config, id, label, amazon)), amazon);
}

/** `config` has its tags filled in from `facts`. */
function partsOf<Config extends BakeOptions>(
  builder: ImageBuilder<Config>,
  config: Config,
  facts: JsonObject,
  amazon: AmazonBuild,
): BakeParts<Launched, readonly MadeImage[] | undefined> {
  const { build } = amazon;
  return {
    takeOver: (before, key) => findInstance(before, key, amazon),
    provision: (launched) => provisionGuest(config, launched, facts, amazon),
    make: ({ id }, pending) => imagesOf(builder, config, id, { ...amazon, pending }),
    note: (images) => (images === undefined ? null : notedImages(images)),
    find: (noted) => build.step('find images', () => findImages(noted, amazon)),
    finish: async (images) => {
      if (images === undefined) return artifactOf(builder.id, [], amazon.cloud);
      await finishImages(config, (await builder.complete?.(config, images, amazon)) ?? images, amazon);
      return artifactOf(builder.id, images, amazon.cloud);
    },
  };
}

/** Starts an instance, runs the provisioners on it and makes images of what it has become. */
export async function bakeImage<Config extends BakeOptions>(
  builder: ImageBuilder<Config>,
  given: Config,
  build: BuildRun,
): Promise<Artifact> {
  const amazon = await build.step('find AWS', () => startAmazon(given, build));
  checkCopies(given, amazon.cloud.region);
  if (!given.skip_create_ami) await build.step('check names', () => checkNames(given, amazon));
  const source = await build.step('find source image', () => findSourceImage(given, amazon));
  builder.checkSource?.(given, source, amazon);
  if (builder.inherits(given) && !given.skip_create_ami) {
    checkSharedSource(given, source, (text) => build.warn(text));
  }
  const facts = sourceFacts(amazon.cloud.region, source);
  const config = fillInTags(given, facts, build);
  const launched = await launchInstance(config, source, amazon);
  return bake(partsOf(builder, config, facts, amazon), launched, facts, build);
}

/** Goes on with the instance of an earlier process, or with its images when they are there already. */
export async function resumeImage<Config extends BakeOptions>(
  builder: ImageBuilder<Config>,
  given: Config,
  build: BuildRun,
  state: JsonValue,
): Promise<Artifact> {
  const before = readCheckpoint(state);
  const config = fillInTags(given, before.facts, build);
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  return resumeBake(partsOf(builder, config, before.facts, amazon), before, build);
}
