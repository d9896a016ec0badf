import { ownTags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import { aboutOption, StepError, type Acquired } from '../../../plugins/sdk/index.ts';
import type { Image } from '../api/driver.ts';
import { isThere, unlessGone } from '../api/google-error.ts';
import { carryOut, waitForOperation } from '../api/operation.ts';
import { waitUntil, type Limit } from '../api/wait.ts';
import { locatorOf, type GoogleBuild, type GoogleWork } from '../google-build.ts';
import { getImage, type Place } from '../kinds/things.ts';

/** An image that is ready, and belongs to the build until it is kept. */
export interface MadeImage {
  readonly image: Image;
  readonly acquired: Acquired<string, undefined>;
}

/** What the image is to the build, for `kiln resume`. */
const PART = 'image';

function whereOf(project: string, name: string): Place {
  return { project, place: 'global', name };
}

function takenError(project: string, name: string): StepError {
  return new StepError(`there is an image ${name} in the project ${project} already`, {
    code: 'GOOGLE_EXISTS',
    pointer: '/image_name',
    hint: 'choose another image_name, with {{timestamp}} for example, or replace it with -force',
  });
}

/** Throws `StepError` GOOGLE_EXISTS when there is an image of that name, and none may be replaced (`-force`). */
export async function checkNoImage(project: string, name: string, { build, cloud }: GoogleWork): Promise<void> {
  const found = await unlessGone(getImage(whereOf(project, name), cloud));
  if (found === undefined) return;
  if (!build.force) throw takenError(project, name);
  build.say(`the image ${name} will be replaced (-force)`);
}

/** With `-force` an image of that name makes room. */
async function makeRoom(project: string, name: string, limit: Limit, work: GoogleWork): Promise<void> {
  if (!work.build.force) return;
  const found = await unlessGone(getImage(whereOf(project, name), work.cloud));
  if (found === undefined) return;
  work.build.say(`deleting the image ${name} (-force)`);
  await carryOut(
    (compute, requestId, call) => compute.images.delete({ project, image: name, requestId }, call),
    { what: `deleting the image ${name}`, limit },
    work,
  );
}

/** Waits until the image is ready. Throws `StepError` GOOGLE_FAILED when it is not to be. */
async function waitForImage(project: string, name: string, limit: Limit, work: GoogleWork): Promise<Image> {
  const look = async (): Promise<PollResult<Image>> => {
    const image = await getImage(whereOf(project, name), work.cloud);
    if (image.status === 'READY') return { done: image };
    const state = image.status ?? 'unknown';
    return state === 'PENDING' ? { state } : { failed: `the image is ${state}` };
  };
  return waitUntil({ thing: `the image ${name}`, wanted: 'READY', limit, look }, work.build);
}

/** What `insertImage` makes, and how long that may take. */
export interface ImageRequest {
  readonly project: string;
  /** With its name, and with what it is made of. */
  readonly image: Image & { readonly name: string };
  readonly limit: Limit;
  /** The option that says what it is made of, for what Google refuses. */
  readonly pointer?: string;
}

/** The image that an earlier process had asked for; one that could not be made is given back. */
async function earlierImage(
  { project, image: { name } }: ImageRequest,
  { build, cloud, kinds, pending }: Pick<GoogleBuild, 'cloud' | 'kinds' | 'pending'> & GoogleWork,
): Promise<Acquired<string, undefined> | undefined> {
  const earlier = pending?.earlier(kinds.image, PART)?.acquired;
  if (earlier === undefined) return undefined;
  const found = await unlessGone(getImage(whereOf(project, name), cloud));
  if (found?.status === 'READY' || found?.status === 'PENDING') {
    build.say(`going on with the image ${name}`);
    return earlier;
  }
  await earlier.release();
  return undefined;
}

/**
 * Makes an image and waits until it is ready. With `-force` one of that name makes room before. Throws `StepError`
 * GOOGLE_…, and `TimeoutError` GOOGLE_TIMEOUT.
 */
export async function insertImage(
  request: ImageRequest,
  work: GoogleWork & Pick<GoogleBuild, 'pending'>,
): Promise<MadeImage> {
  const { project, image, limit, pointer = '' } = request;
  const { name } = image;
  const { build, cloud, kinds, pending } = work;
  const earlier = await earlierImage(request, work);
  if (earlier !== undefined) return { image: await waitForImage(project, name, limit, work), acquired: earlier };
  await makeRoom(project, name, limit, work);
  let waiting: (() => Promise<void>) | undefined;
  const acquired = await build.acquire(kinds.image, {
    describe: `image ${name}`,
    locator: locatorOf(cloud, whereOf(project, name)),
    create: (token) =>
      kinds.image.createUnlessRefused(token, async () => {
        await pending?.note(PART, { token, about: null });
        const requestBody = { ...image, labels: { ...image.labels, ...ownTags(build, token) } };
        try {
          const operation = await aboutOption(pointer, () =>
            cloud.begin((compute, requestId, call) => compute.images.insert({ project, requestId, requestBody }, call)),
          );
          waiting = () => waitForOperation(operation, { what: `making the image ${name}`, limit }, work);
        } catch (error) {
          throw isThere(error) ? takenError(project, name) : error;
        }
        return { id: name, handle: undefined };
      }),
  });
  build.say(`the image ${name} is being made`);
  await waiting?.();
  return { image: await waitForImage(project, name, limit, work), acquired };
}
