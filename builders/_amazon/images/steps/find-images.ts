import { adoptedOrKept } from '../../../../plugins/sdk/cloud.ts';
import { isList, isObject, type JsonObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { lost } from '../../../_cloud/lost.ts';
import type { AmazonBuild } from '../../amazon-build.ts';
import { unlessGone } from '../../api/failure.ts';
import type { MadeImage } from '../make-image.ts';

/** An image as the journal knows it. */
export interface NotedImage extends JsonObject {
  readonly region: string;
  readonly id: string;
  readonly snapshotIds: readonly string[];
}

export function notedImages(images: readonly MadeImage[]): NotedImage[] {
  return images.map(({ region, id, snapshotIds }) => ({ region, id, snapshotIds: [...snapshotIds] }));
}

function isNoted(value: JsonValue): value is NotedImage {
  return isObject(value) && 'region' in value && 'id' in value && 'snapshotIds' in value;
}

async function find({ region, id, snapshotIds }: NotedImage, amazon: AmazonBuild): Promise<MadeImage> {
  const asked = amazon.cloud.in(region).ec2('DescribeImages', { ImageIds: [id] });
  const { Images = [] } = (await unlessGone(asked)) ?? {};
  if (Images.length > 0)
    return { region, id, snapshotIds, acquired: adoptedOrKept(amazon.kinds.image, id, amazon.build) };
  throw lost(`the AMI ${id} in ${region} is not there any more`);
}

/**
 * Takes over the images that an earlier process had made and noted by `notedImages`. Throws `StepError` RESUME_LOST when
 * one is gone.
 */
export async function findImages(noted: JsonValue, amazon: AmazonBuild): Promise<readonly MadeImage[]> {
  const images = isList(noted) ? noted.filter(isNoted) : [];
  return Promise.all(images.map((image) => find(image, amazon)));
}
