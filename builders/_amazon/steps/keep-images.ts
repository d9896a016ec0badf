import type { AmazonWork } from '../amazon-build.ts';
import type { MadeImage } from '../images.ts';
import { RUN_TAG, TOKEN_TAG } from '../tags.ts';

/** The images are the result: nothing of the build can take them back any more, and Kiln's own tags go. */
export async function keepImages(images: readonly MadeImage[], { build, cloud }: AmazonWork): Promise<void> {
  for (const { acquired } of images) await acquired.keep();
  await Promise.all(
    images.map(({ region, id, snapshotIds }) =>
      cloud
        .in(region)
        .ec2('DeleteTags', { Resources: [id, ...snapshotIds], Tags: [{ Key: RUN_TAG }, { Key: TOKEN_TAG }] })
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          build.warn(`the tags ${RUN_TAG} and ${TOKEN_TAG} stay on ${id}: ${reason}`);
        }),
    ),
  );
}
