import { createHash } from 'node:crypto';
import type { Image, ImageRequest } from '../../../clients/openstack/index.ts';
import { unlessGone } from '../../../builders/_openstack/api/failure.ts';
import { makeOnce } from '../../../builders/_openstack/make-once.ts';
import { locatorOf } from '../../../builders/_openstack/openstack-build.ts';
import { ownTags } from '../../../plugins/sdk/cloud.ts';
import { StepError, TimeoutError, type Acquired } from '../../../plugins/sdk/index.ts';
import type { ImportWork } from '../import-work.ts';
import { importKinds, UPLOAD_MARK } from '../kinds.ts';
import { imageAtRest, isBeingSent, NOTICED } from './await-image.ts';
import type { OpenDisk } from './open-disk.ts';

/** A record of Glance's that waits for its data, or has it. */
export interface BegunImage {
  readonly id: string;
  readonly acquired: Acquired<string, undefined>;
}

/** What is uploaded, to where, and as what: an upload goes on only when all of it is the same. */
function markOf(disk: OpenDisk, request: ImageRequest, { cloud, config }: ImportWork): string {
  const all = JSON.stringify([disk.identity, request, config.image_name, cloud.access.options]);
  return createHash('sha256').update(all).digest('hex').slice(0, 32);
}

/** Whether an image that is at rest can have the disk's data, or has it. */
function isUsable(image: Image, disk: OpenDisk): boolean {
  // What was staged half cannot be staged again, and what is active stays as it is.
  if (image.status === 'uploading' || image.status === 'active') return image.size === disk.size;
  return image.status === 'queued' || image.status === 'importing';
}

/** What an earlier process had begun of the same disk; one that is of no use any more is given back. */
async function goOn(mark: string, disk: OpenDisk, work: ImportWork): Promise<BegunImage | undefined> {
  const { cloud, run } = work;
  for (const acquired of run.inherited(importKinds.image)) {
    const { id } = acquired;
    if (typeof id !== 'string') continue;
    const before = await unlessGone(cloud.ask(({ image }, call) => image.images.get(id, call)));
    // Another import of this build may go on with it.
    if (before?.[UPLOAD_MARK] !== mark) continue;
    const image = await imageAtRest(id, isBeingSent, NOTICED, work).catch((error: unknown) => {
      if (error instanceof TimeoutError || error instanceof StepError) return undefined;
      throw error;
    });
    if (image !== undefined && isUsable(image, disk)) return { id, acquired: { ...acquired, id } };
    await acquired.release();
  }
  return undefined;
}

/** Makes a record in Glance, or goes on with the one that an earlier process had made for this disk. */
export async function beginImage(disk: OpenDisk, request: ImageRequest, work: ImportWork): Promise<BegunImage> {
  const { cloud, run } = work;
  const mark = markOf(disk, request, work);
  const before = await goOn(mark, disk, work);
  if (before !== undefined) {
    run.say(`going on with the image ${before.id}`);
    return before;
  }
  const kind = importKinds.image;
  const locator = locatorOf(cloud);
  const acquired = await run.acquire(kind, {
    describe: `image of ${disk.path}`,
    locator,
    create: (token) =>
      kind.createUnlessRefused(token, async () => {
        // Nobody who looks for the image by its name finds it before it is whole.
        const named = { ...request, ...ownTags(run, token), [UPLOAD_MARK]: mark, name: `kiln-${token}` };
        const id = await makeOnce(kind, { token, locator, signal: run.signal }, async () => {
          const image = await cloud.ask((client, call) => client.image.images.create(named, call));
          return image.id;
        });
        return { id, handle: undefined };
      }),
  });
  return { id: acquired.id, acquired };
}
