import type { Artifact, BuildRun, JsonValue } from '../../plugins/sdk/index.ts';
import { bakeImage, resumeImage, type ImageBuilder } from '../_amazon/bake-image.ts';
import { createImage } from '../_amazon/images/steps/create-image.ts';
import type { AmazonEbsBuilderConfig } from './config.gen.ts';
import { checkWindows, enableFastLaunch } from './steps/enable-fast-launch.ts';

/** All of the instance's volumes become the image. */
const builder: ImageBuilder<AmazonEbsBuilderConfig> = {
  id: 'mitchellh.amazonebs',
  inherits: () => true,
  checkSource: (config, source, { cloud }) => checkWindows(config.fast_launch, cloud.region, source),
  complete: (config, images, amazon) =>
    config.fast_launch === undefined
      ? Promise.resolve(images)
      : amazon.build.step('enable fast launch', () => enableFastLaunch(config.fast_launch, images, amazon)),
  prepare: (config, instanceId, _label, amazon) =>
    Promise.resolve((label) => {
      const image = { ...label, devices: config.ami_block_device_mappings };
      return amazon.build.step('create image', () => createImage(instanceId, image, amazon));
    }),
};

export function run(config: AmazonEbsBuilderConfig, build: BuildRun): Promise<Artifact> {
  return bakeImage(builder, config, build);
}

export function resume(config: AmazonEbsBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  return resumeImage(builder, config, build, state);
}
