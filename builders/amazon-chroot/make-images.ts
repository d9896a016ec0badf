import { pendingOperations, type PendingRecord } from '../../plugins/sdk/cloud.ts';
import type { Artifact, JsonObject } from '../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import { artifactOf } from '../_amazon/images/artifact.ts';
import { planCopies, type CopyPlan } from '../_amazon/images/copy-plan.ts';
import type { MadeImage } from '../_amazon/images/make-image.ts';
import {
  earlierFirst,
  finishImages,
  imageLabel,
  makeImages,
  type ImageLabel,
} from '../_amazon/images/publish-images.ts';
import { findImages } from '../_amazon/images/steps/find-images.ts';
import { registerImage } from '../_amazon/images/steps/register-image.ts';
import { createSnapshot } from '../_amazon/images/create-snapshot.ts';
import { checkpointOf, type Checkpoint, type Subject } from './checkpoint.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { imageProperties } from './registration.ts';
import { hasOwnEncryption } from './volume-request.ts';

const BUILDER_ID = 'mitchellh.amazon.chroot';

/** The volume is encrypted from the start: the build's own region needs no copy for that, unless it has its own key. */
function copyPlan(config: AmazonChrootBuilderConfig, home: string): CopyPlan {
  if (hasOwnEncryption(config)) return planCopies(config, home);
  const copies = planCopies(config, home).copies.filter(({ region }) => region !== home);
  return { intermediary: config.skip_save_build_region, copies };
}

async function imageOf(
  { volume, source }: Subject,
  config: AmazonChrootBuilderConfig,
  label: ImageLabel,
  amazon: AmazonBuild,
): Promise<MadeImage> {
  const { build } = amazon;
  const { name, description, tags } = label;
  const snapshot = await build.step('create snapshot', () =>
    createSnapshot({ volumeId: volume, description, tags: tags.snapshot }, amazon),
  );
  const image = imageProperties(config, source, snapshot.id);
  return build.step('register image', () =>
    registerImage({ name, description, tags, image, snapshots: [snapshot] }, amazon),
  );
}

/** Makes the images of the volume; `before` is what an earlier process had asked AWS for. */
export async function imagesOf(
  subject: Subject,
  config: AmazonChrootBuilderConfig,
  work: AmazonBuild,
  before: PendingRecord = {},
): Promise<Artifact> {
  const { build, cloud } = work;
  const noted = (pending: PendingRecord): JsonObject => checkpointOf('provisioned', subject, { pending });
  const amazon = { ...work, pending: pendingOperations(build, before, noted) };
  await build.checkpoint(noted(before));
  if (config.skip_create_ami) return artifactOf(BUILDER_ID, [], cloud);

  const make = (label: ImageLabel): Promise<MadeImage> => imageOf(subject, config, label, amazon);
  const first = (await earlierFirst(amazon)) ?? make;
  const label = imageLabel(config);
  const images = await makeImages(config, label, first, amazon, copyPlan(config, cloud.region));
  await build.checkpoint(checkpointOf('imaged', subject, { images }));
  await finishImages(config, images, amazon);
  return artifactOf(BUILDER_ID, images, cloud);
}

/** Goes on with the images that an earlier process had made. */
export async function finishEarlier(
  { images: noted }: Checkpoint,
  config: AmazonChrootBuilderConfig,
  amazon: AmazonBuild,
): Promise<Artifact> {
  const images = await amazon.build.step('find images', () => findImages(noted, amazon));
  await finishImages(config, images, amazon);
  return artifactOf(BUILDER_ID, images, amazon.cloud);
}
