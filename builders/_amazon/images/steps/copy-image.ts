import { retryWhile } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonWork } from '../../amazon-build.ts';
import { COPY } from '../../pending-parts.ts';
import type { PlannedCopy } from '../copy-plan.ts';
import { amazonCode } from '../../api/failure.ts';
import { earlierImage, makeImage, type ImageTags, type MadeImage } from '../make-image.ts';
import { onceKnown } from '../../api/wait.ts';

/** AWS copies only so many snapshots at once to a region. */
const BUSY_LIMIT = 2 * 60 * 60_000;

function tooManyCopies(error: unknown): boolean {
  return amazonCode(error) === 'ResourceLimitExceeded';
}

/** Copies an image to a region, maybe its own, and waits until the copy is available. */
export async function copyImage(
  source: MadeImage,
  copy: PlannedCopy,
  image: {
    readonly name: string;
    readonly description: string;
    readonly minutes: number | undefined;
    readonly tags: ImageTags;
  },
  amazon: AmazonWork,
): Promise<MadeImage> {
  const { build } = amazon;
  const cloud = amazon.cloud.in(copy.region);
  const settling = { signal: build.signal, limit: BUSY_LIMIT };
  const part = COPY + copy.region;
  const before = await earlierImage(part, cloud, amazon);
  if (before !== undefined) return before;
  return makeImage(
    { part, describe: `AMI ${image.name} in ${copy.region}`, tags: image.tags, cloud },
    (token, TagSpecifications) =>
      retryWhile(
        async () => {
          const input = {
            SourceRegion: source.region,
            SourceImageId: source.id,
            Name: image.name,
            ClientToken: token,
            ...(image.description === '' ? {} : { Description: image.description }),
            ...(copy.encrypted === undefined ? {} : { Encrypted: copy.encrypted }),
            ...(copy.kmsKeyId === undefined ? {} : { KmsKeyId: copy.kmsKeyId }),
            ...(image.minutes === undefined ? {} : { SnapshotCopyCompletionDurationMinutes: image.minutes }),
            TagSpecifications,
          };
          const made = await onceKnown(() => cloud.ec2('CopyImage', input), build.signal);
          return made.ImageId ?? '';
        },
        tooManyCopies,
        settling,
      ),
    amazon,
  );
}
