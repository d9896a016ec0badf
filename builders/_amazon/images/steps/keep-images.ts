import { OWN_TAGS, keepTogether } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonWork } from '../../amazon-build.ts';
import type { MadeImage } from '../make-image.ts';
import { onceKnown } from '../../api/wait.ts';

/** Takes Kiln's own tags off what is the result. */
export async function removeOwnTags(Resources: string[], region: string, { build, cloud }: AmazonWork): Promise<void> {
  if (Resources.length === 0) return;
  const input = { Resources, Tags: [{ Key: OWN_TAGS.run }, { Key: OWN_TAGS.token }] };
  await onceKnown(() => cloud.in(region).ec2('DeleteTags', input), build.signal).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    build.warn(`the tags ${OWN_TAGS.run} and ${OWN_TAGS.token} stay on ${Resources[0] ?? ''}: ${reason}`);
  });
}

/** The images are the result: nothing of the build can take them back any more, and Kiln's own tags go. */
export async function keepImages(images: readonly MadeImage[], amazon: AmazonWork): Promise<void> {
  await keepTogether(images.flatMap(({ acquired, also = [] }) => [acquired, ...also]));
  await Promise.all(images.map(({ region, id, snapshotIds }) => removeOwnTags([id, ...snapshotIds], region, amazon)));
}
