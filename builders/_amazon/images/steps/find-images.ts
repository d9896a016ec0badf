import { adoptedOrKept } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../amazon-build.ts';
import type { NotedImage } from '../../checkpoint.ts';
import { unlessGone } from '../../api/failure.ts';
import type { MadeImage } from '../make-image.ts';
import { lost } from '../../resume-lost.ts';

async function find({ region, id, snapshotIds }: NotedImage, amazon: AmazonBuild): Promise<MadeImage> {
  const asked = amazon.cloud.in(region).ec2('DescribeImages', { ImageIds: [id] });
  const { Images = [] } = (await unlessGone(asked)) ?? {};
  if (Images.length > 0)
    return { region, id, snapshotIds, acquired: adoptedOrKept(amazon.kinds.image, id, amazon.build) };
  throw lost(`the AMI ${id} in ${region} is not there any more`);
}

/** Takes over the images that an earlier process had made. Throws `StepError` RESUME_LOST when one is gone. */
export async function findImages(images: readonly NotedImage[], amazon: AmazonBuild): Promise<readonly MadeImage[]> {
  return Promise.all(images.map((image) => find(image, amazon)));
}
