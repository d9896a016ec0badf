import type { Acquired, JsonObject } from '../../plugins/sdk/index.ts';
import { hintsOf, ownTags, type AmazonBuild } from './amazon-build.ts';
import { snapshotsOf } from './block-devices.ts';
import type { Cloud } from './cloud.ts';
import type { Image, TagSpecification } from './driver.ts';
import { making } from './kinds.ts';
import { tagged, type Tags } from './tags.ts';
import { waitFor, type Standing } from './wait.ts';

/** An image of this build that is available. */
export interface MadeImage {
  readonly region: string;
  readonly id: string;
  readonly snapshotIds: readonly string[];
  readonly acquired: Acquired<string, undefined>;
}

export interface ImageTags {
  readonly image: Tags;
  readonly snapshot: Tags;
}

const TWELVE_HOURS = 12 * 60 * 60_000;

/** Waits until the image is available. Throws `StepError` AMAZON_FAILED with AWS's reason when it fails. */
async function waitForImage(id: string, cloud: Cloud, { build, polling }: AmazonBuild): Promise<Image> {
  return waitFor({
    what: `the AMI ${id} in ${cloud.region} to be available`,
    limit: TWELVE_HOURS,
    polling,
    signal: build.signal,
    onState: (state) => build.debug(`the AMI ${id} is ${state}`),
    look: async (): Promise<Standing<Image>> => {
      const { Images = [] } = await cloud.ec2('DescribeImages', { ImageIds: [id] });
      const [image] = Images;
      const state = image?.State;
      if (image === undefined || state === undefined) return { state: 'unknown to AWS yet' };
      if (state === 'available') return { done: image };
      if (state === 'pending' || state === 'transient') return { state };
      const { Message, Code } = image.StateReason ?? {};
      return { failed: `it is ${state}: ${Message ?? Code ?? 'AWS gives no reason'}` };
    },
  });
}

/** Makes an image and waits until it is available. `ask` makes it with the given tags and resolves with its id. */
export async function makeImage(
  what: { readonly describe: string; readonly tags: ImageTags; readonly cloud: Cloud },
  ask: (token: string, tags: TagSpecification[]) => Promise<string>,
  amazon: AmazonBuild,
): Promise<MadeImage> {
  const { build, kinds } = amazon;
  const { cloud, tags } = what;
  // The image may be gone and its snapshots there: they are found by a mark of their own.
  const mark: string = crypto.randomUUID();
  const hints: JsonObject = hintsOf(cloud, { snapshots: [mark] });
  const acquired = await build.acquire(kinds.image, {
    describe: what.describe,
    hints,
    create: (token) =>
      making(token, async () => {
        const specifications = tagged({
          image: { ...tags.image, ...ownTags(build, token) },
          snapshot: { ...tags.snapshot, ...ownTags(build, mark) },
        });
        return { id: await ask(token, specifications), handle: undefined };
      }),
  });
  build.say(`the AMI ${acquired.id} is being made in ${cloud.region}`);
  const image = await waitForImage(acquired.id, cloud, amazon);
  return { region: cloud.region, id: acquired.id, snapshotIds: snapshotsOf(image.BlockDeviceMappings), acquired };
}
