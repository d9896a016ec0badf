import { StepError, type Artifact, type BuildRun, type JsonValue } from '../../plugins/sdk/index.ts';
import { bakeImage, resumeImage, type ImageBuilder } from '../_amazon/bake-image.ts';
import { blockDevices } from '../_amazon/api/block-devices.ts';
import type { Image } from '../_amazon/api/driver.ts';
import { createImage } from '../_amazon/images/steps/create-image.ts';
import { registerImage } from '../_amazon/images/steps/register-image.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';
import { imageDevices, sourceDevices } from './devices.ts';
import { registration } from './registration.ts';
import { snapshotVolumes } from './steps/snapshot-volumes.ts';
import { swapVolumes } from './steps/swap-volumes.ts';

/** An image of an instance has the instance's root device, which is that of the source. */
function checkSource(
  { use_create_image: ofInstance, ami_root_device: root }: AmazonEbssurrogateBuilderConfig,
  source: Image,
): void {
  if (!ofInstance || source.RootDeviceName === root.device_name) return;
  const message = `with use_create_image the root device has to be that of the source, ${source.RootDeviceName ?? 'which has none'}`;
  throw new StepError(message, { code: 'AMAZON_ROOT_DEVICE', pointer: '/ami_root_device/device_name' });
}

/** A second volume of the instance becomes the root of the image. */
const builder: ImageBuilder<AmazonEbssurrogateBuilderConfig> = {
  id: 'mitchellh.amazon.ebssurrogate',
  inherits: (config) => config.use_create_image,
  checkSource,
  prepare: async (config, instanceId, { name, tags }, amazon) => {
    const { build } = amazon;
    if (config.use_create_image) {
      await build.step('swap volumes', () => swapVolumes(config, instanceId, amazon));
      const devices = imageDevices(config);
      return (label) => build.step('create image', () => createImage(instanceId, { ...label, devices }, amazon));
    }
    const describe = (device: string): string => config.snapshot_description ?? `${name}: ${device}`;
    const snapshots = await build.step('snapshot volumes', () =>
      snapshotVolumes(instanceId, sourceDevices(config), { describe, tags: tags.snapshot }, amazon),
    );
    const ids = new Map([...snapshots].map(([device, { id }]) => [device, id]));
    const image = { ...registration(config), BlockDeviceMappings: blockDevices(imageDevices(config, ids)) };
    return (label) =>
      build.step('register image', () =>
        registerImage({ ...label, image, snapshots: [...snapshots.values()] }, amazon),
      );
  },
};

export function run(config: AmazonEbssurrogateBuilderConfig, build: BuildRun): Promise<Artifact> {
  return bakeImage(builder, config, build);
}

export function resume(config: AmazonEbssurrogateBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  return resumeImage(builder, config, build, state);
}
