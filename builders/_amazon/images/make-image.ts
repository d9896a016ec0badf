import { ownTags, type Tags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Acquired, JsonObject } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonWork } from '../amazon-build.ts';
import { snapshotsOf } from '../api/block-devices.ts';
import type { Cloud } from '../api/cloud.ts';
import type { Image, TagSpecification } from '../api/driver.ts';
import { amazonCode, unlessGone } from '../api/failure.ts';
import { tagged } from '../tags.ts';
import { TWELVE_HOURS, waitUntil } from '../api/wait-until.ts';

/** An image of this build that is available. */
export interface MadeImage {
  readonly region: string;
  readonly id: string;
  /** But not those that the template named for its devices. */
  readonly snapshotIds: readonly string[];
  readonly acquired: Acquired<string, undefined>;
  /** What is kept with it. */
  readonly also?: readonly Acquired<string, undefined>[];
}

export interface ImageTags {
  readonly image: Tags;
  readonly snapshot: Tags;
}

/** Waits until the image is available. Throws `StepError` AMAZON_FAILED with AWS's reason when it fails. */
function waitForImage(id: string, cloud: Cloud, amazon: AmazonWork): Promise<Image> {
  const look = async (): Promise<PollResult<Image> | undefined> => {
    const { Images = [] } = await cloud.ec2('DescribeImages', { ImageIds: [id] });
    const [image] = Images;
    const state = image?.State;
    if (image === undefined || state === undefined) return undefined;
    if (state === 'available') return { done: image };
    if (state === 'pending' || state === 'transient') return { state };
    const { Message, Code } = image.StateReason ?? {};
    return { failed: `it is ${state}: ${Message ?? Code ?? 'AWS gives no reason'}` };
  };
  const thing = `the AMI ${id} in ${cloud.region}`;
  return waitUntil({ thing, wanted: 'available', limit: TWELVE_HOURS, look }, amazon);
}

/** The name may be taken by our own image, when the reply to the first attempt was lost. Resolves with its id. */
export async function unlessNameTaken(
  ask: () => Promise<string>,
  token: string,
  { build, cloud, kinds }: AmazonWork,
): Promise<string> {
  return ask().catch(async (error: unknown) => {
    if (amazonCode(error) !== 'InvalidAMIName.Duplicate') throw error;
    const context = { signal: build.signal, say: () => undefined };
    const [own] = await kinds.image.find(token, locatorOf(cloud), context);
    if (own === undefined) throw error;
    return own;
  });
}

interface NewImage {
  /** What it is to the build: the name under which `kiln resume` finds it. */
  readonly part: string;
  readonly describe: string;
  readonly tags: ImageTags;
  readonly cloud: Cloud;
  /** What the snapshots are found by that are there before the image; default: they are made with it. */
  readonly snapshotMarks?: readonly string[];
  /** Ids of snapshots behind its devices that are not this build's, and stay. */
  readonly foreignSnapshots?: readonly string[];
}

async function finished(
  acquired: Acquired<string, undefined>,
  foreignSnapshots: readonly string[],
  cloud: Cloud,
  amazon: AmazonWork,
): Promise<MadeImage> {
  const image = await waitForImage(acquired.id, cloud, amazon);
  const snapshotIds = snapshotsOf(image.BlockDeviceMappings).filter((id) => !foreignSnapshots.includes(id));
  return { region: cloud.region, id: acquired.id, snapshotIds, acquired };
}

async function isOnItsWay(id: string, cloud: Cloud): Promise<boolean> {
  const { Images = [] } = (await unlessGone(cloud.ec2('DescribeImages', { ImageIds: [id] }))) ?? {};
  return ['pending', 'transient', 'available'].includes(Images[0]?.State ?? '');
}

/**
 * Waits until the image is available that an earlier process had asked for. Undefined when it had not; one that AWS could
 * not make is given back.
 */
export async function earlierImage(part: string, cloud: Cloud, amazon: AmazonWork): Promise<MadeImage | undefined> {
  const { build, kinds } = amazon;
  const earlier = amazon.pending?.earlier(kinds.image, part);
  if (earlier === undefined) return undefined;
  const { acquired, about } = earlier;
  if (!(await isOnItsWay(acquired.id, cloud))) {
    await acquired.release();
    return undefined;
  }
  build.say(`going on with the AMI ${acquired.id} in ${cloud.region}`);
  return finished(acquired, Array.isArray(about) ? about.map(String) : [], cloud, amazon);
}

/** Makes an image and waits until it is available. `ask` makes it with the given tags and resolves with its id. */
export async function makeImage(
  what: NewImage,
  ask: (token: string, tags: TagSpecification[]) => Promise<string>,
  amazon: AmazonWork,
): Promise<MadeImage> {
  const { build, kinds } = amazon;
  const { part, cloud, tags, snapshotMarks, foreignSnapshots = [] } = what;
  // The image may be gone and its snapshots there: they are found by a mark of their own.
  const mark: string = crypto.randomUUID();
  const snapshots = [...(snapshotMarks ?? [mark])];
  const locator: JsonObject = locatorOf(cloud, { snapshots, foreignSnapshots: [...foreignSnapshots] });
  const acquired = await build.acquire(kinds.image, {
    describe: what.describe,
    locator,
    create: (token) =>
      kinds.image.createUnlessRefused(token, async () => {
        await amazon.pending?.note(part, { token, about: [...foreignSnapshots] });
        const specifications = tagged({
          image: { ...tags.image, ...ownTags(build, token) },
          snapshot: { ...tags.snapshot, ...ownTags(build, mark) },
        });
        return { id: await ask(token, specifications), handle: undefined };
      }),
  });
  build.say(`the AMI ${acquired.id} is being made in ${cloud.region}`);
  return finished(acquired, foreignSnapshots, cloud, amazon);
}
