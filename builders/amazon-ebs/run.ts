import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import { artifactOf } from '../_amazon/artifact.ts';
import { checkpointOf, readCheckpoint } from '../_amazon/checkpoint.ts';
import { planCopies } from '../_amazon/copy-plan.ts';
import type { MadeImage } from '../_amazon/images.ts';
import { imageTags } from '../_amazon/run-tags.ts';
import { startAmazon } from '../_amazon/start.ts';
import { checkNames } from '../_amazon/steps/check-names.ts';
import { copyImage } from '../_amazon/steps/copy-image.ts';
import { createImage } from '../_amazon/steps/create-image.ts';
import { deregisterOld } from '../_amazon/steps/deregister-old.ts';
import { findImages } from '../_amazon/steps/find-images.ts';
import { findInstance } from '../_amazon/steps/find-instance.ts';
import { findSourceImage } from '../_amazon/steps/find-source-image.ts';
import { keepImages } from '../_amazon/steps/keep-images.ts';
import { launchInstance, type Launched } from '../_amazon/steps/launch.ts';
import { provisionInstance } from '../_amazon/steps/provision.ts';
import { protectImage, shareImage } from '../_amazon/steps/share-image.ts';
import { setNetworkDrivers, stopInstance } from '../_amazon/steps/stop-instance.ts';
import { sourceFacts } from '../_amazon/tags.ts';
import type { AmazonEbsBuilderConfig } from './config.gen.ts';

const BUILDER_ID = 'mitchellh.amazonebs';

async function changeGuest(
  config: AmazonEbsBuilderConfig,
  launched: Launched,
  facts: JsonObject,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  await build.checkpoint(checkpointOf('provisioning', launched, facts));
  await provisionInstance(config, launched, facts, amazon);
  await build.checkpoint(checkpointOf('provisioned', launched, facts));
}

async function makeImages(
  config: AmazonEbsBuilderConfig,
  launched: Launched,
  facts: JsonObject,
  amazon: AmazonBuild,
): Promise<Artifact> {
  const { build, cloud } = amazon;
  const id = launched.instance.InstanceId ?? '';
  await build.step('stop instance', () => stopInstance(config, id, amazon));
  if (config.ena_support !== undefined || config.sriov_support) {
    await build.step('set network drivers', () => setNetworkDrivers(config, id, amazon));
  }
  if (config.skip_create_ami) return artifactOf(BUILDER_ID, [], cloud);

  const plan = planCopies(config, cloud.region);
  const named = {
    name: config.ami_name,
    description: build.render(config.ami_description ?? '', facts),
    tags: imageTags(config, facts, build),
  };
  await build.step('deregister old images', () => deregisterOld(config, amazon));
  const name = plan.intermediary ? `${config.ami_name.slice(0, 100)} ${crypto.randomUUID().slice(0, 8)}` : named.name;
  const devices = config.ami_block_device_mappings;
  const first = await build.step('create image', () => createImage(id, { ...named, name, devices }, amazon));
  let images: readonly MadeImage[] = plan.intermediary ? [] : [first];
  if (plan.copies.length > 0) {
    const minutes = config.snapshot_copy_duration_minutes;
    const copies = await build.step('copy image', () =>
      Promise.all(plan.copies.map((copy) => copyImage(first, copy, { ...named, minutes }, amazon))),
    );
    images = [...images, ...copies];
  }
  if (plan.intermediary) await build.step('remove intermediary image', () => first.acquired.release());
  await build.checkpoint(checkpointOf('imaged', launched, facts, images));
  return finishImages(config, images, amazon);
}

async function finishImages(
  config: AmazonEbsBuilderConfig,
  images: readonly MadeImage[],
  amazon: AmazonBuild,
): Promise<Artifact> {
  const { build, cloud } = amazon;
  await build.step('share images', async () => {
    await Promise.all(images.map((image) => shareImage(config, image, amazon)));
    // Last of all: what is protected cannot be taken back.
    await Promise.all(images.map((image) => protectImage(config, image, amazon)));
  });
  await build.step('keep images', () => keepImages(images, amazon));
  return artifactOf(BUILDER_ID, images, cloud);
}

export async function run(config: AmazonEbsBuilderConfig, build: BuildRun): Promise<Artifact> {
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  if (!config.skip_create_ami) await build.step('check names', () => checkNames(config, amazon));
  const source = await build.step('find source image', () => findSourceImage(config, amazon));
  const facts = sourceFacts(amazon.cloud.region, source);
  const launched = await launchInstance(config, source, facts, amazon);
  await changeGuest(config, launched, facts, amazon);
  return makeImages(config, launched, facts, amazon);
}

/** Goes on with the instance of an earlier process, or with its images when they are there already. */
export async function resume(config: AmazonEbsBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const checkpoint = readCheckpoint(state);
  const { stage, facts } = checkpoint;
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  if (stage === 'imaged') {
    const images = await build.step('find images', () => findImages(checkpoint.images, amazon));
    return finishImages(config, images, amazon);
  }
  const launched = await build.step('find instance', () => findInstance(checkpoint, amazon));
  if (stage === 'provisioning') await changeGuest(config, launched, facts, amazon);
  return makeImages(config, launched, facts, amazon);
}
