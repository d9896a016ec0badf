import { keepTogether } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { MAIN_IMAGE, SNAPSHOT } from '../pending-parts.ts';
import { planCopies, type CopyPlan } from './copy-plan.ts';
import { earlierImage, type ImageTags, type MadeImage } from './make-image.ts';
import type { AmiOptions } from '../mixins/ami.gen.ts';
import type { RunTagOptions } from '../mixins/run-tag.gen.ts';
import type { ShareOptions } from '../mixins/share.gen.ts';
import { imageTags } from '../run-tags.ts';
import { copyImage } from './steps/copy-image.ts';
import { deregisterOld } from './steps/deregister-old.ts';
import { keepImages } from './steps/keep-images.ts';
import { protectImage, shareImage } from './steps/share-image.ts';

/** How an image is called, and what it says of itself. */
export interface ImageLabel {
  readonly name: string;
  readonly description: string;
  readonly tags: ImageTags;
}

/** `config` with its tags filled in. */
export function imageLabel(config: AmiOptions & RunTagOptions): ImageLabel {
  return { name: config.ami_name, description: config.ami_description ?? '', tags: imageTags(config) };
}

async function makeFirst(
  config: AmiOptions,
  label: ImageLabel,
  make: (label: ImageLabel) => Promise<MadeImage>,
  amazon: AmazonBuild,
): Promise<MadeImage> {
  await amazon.build.step('deregister old images', () => deregisterOld(config, amazon));
  return make(label);
}

/** The image in the build's region that an earlier process had asked for, with its snapshots. */
export async function earlierFirst(amazon: AmazonBuild): Promise<MadeImage | undefined> {
  const { pending, build, cloud, kinds } = amazon;
  if (pending?.earlier(kinds.image, MAIN_IMAGE) === undefined) return undefined;
  const image = await build.step('wait for image', () => earlierImage(MAIN_IMAGE, cloud, amazon));
  if (image === undefined) return undefined;
  // They are the image's by now, and go with it.
  await keepTogether(pending.parts(SNAPSHOT).flatMap((part) => pending.earlier(kinds.snapshot, part)?.acquired ?? []));
  return image;
}

/**
 * The images of the template, one in each region: in the build's region that of an earlier process, or what `first`
 * makes; and copies of it.
 */
export async function makeImages(
  config: AmiOptions,
  label: ImageLabel,
  first: MadeImage | ((label: ImageLabel) => Promise<MadeImage>),
  amazon: AmazonBuild,
  plan: CopyPlan = planCopies(config, amazon.cloud.region),
): Promise<readonly MadeImage[]> {
  const { build } = amazon;
  const name = plan.intermediary ? `${label.name.slice(0, 100)} ${crypto.randomUUID().slice(0, 8)}` : label.name;
  const source = typeof first === 'function' ? await makeFirst(config, { ...label, name }, first, amazon) : first;
  let images: readonly MadeImage[] = plan.intermediary ? [] : [source];
  if (plan.copies.length > 0) {
    const minutes = config.snapshot_copy_duration_minutes;
    const copies = await build.step('copy image', () =>
      Promise.all(plan.copies.map((copy) => copyImage(source, copy, { ...label, minutes }, amazon))),
    );
    images = [...images, ...copies];
  }
  if (plan.intermediary) await build.step('remove intermediary image', () => source.acquired.release());
  return images;
}

/** Shares and protects the images; from then on they are the result. */
export async function finishImages(
  config: ShareOptions,
  images: readonly MadeImage[],
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  await build.step('share images', async () => {
    await Promise.all(images.map((image) => shareImage(config, image, amazon)));
    // Last of all: what is protected cannot be taken back.
    await Promise.all(images.map((image) => protectImage(config, image, amazon)));
  });
  await build.step('keep images', () => keepImages(images, amazon));
}
