import { isDeepStrictEqual } from 'node:util';
import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { aboutOption, type Acquired } from '../../../plugins/sdk/index.ts';
import type { Image, ImageChange } from '../../../clients/openstack/index.ts';
import type { GlanceOptions } from '../mixins/glance.gen.ts';
import type { OpenstackWork } from '../openstack-build.ts';
import { isConflict, mayHaveHappened } from '../api/failure.ts';
import { repeatWhileLost } from '../repeat.ts';
import { waitUntil } from '../api/wait.ts';

/** An active image of a build. */
export interface MadeImage {
  readonly image: Image;
  readonly acquired: Acquired<string, undefined>;
}

function listOf(text: unknown): readonly string[] {
  return typeof text === 'string' ? text.split(',').filter((each) => each !== '') : [];
}

/** How far Glance is with copying an image to stores. */
async function lookAtStores(
  id: string,
  wanted: readonly string[],
  { cloud }: OpenstackWork,
): Promise<PollResult<undefined>> {
  const image = await cloud.ask((client, call) => client.image.images.get(id, call));
  const failed = listOf(image.os_glance_failed_import).filter((store) => wanted.includes(store));
  if (failed.length > 0) return { failed: `Glance could not copy it to ${failed.join(', ')}` };
  const there = listOf(image.stores);
  const missing = wanted.filter((store) => !there.includes(store));
  return missing.length === 0 ? { done: undefined } : { state: `not in ${missing.join(', ')} yet` };
}

/** Copies the image to further stores. Throws `StepError` OPENSTACK_FAILED when a copy fails. */
async function copyToStores(config: GlanceOptions, image: Image, work: OpenstackWork): Promise<void> {
  const there = listOf(image.stores);
  const stores = (config.image_stores ?? []).filter((store) => !there.includes(store));
  if (stores.length === 0) return;
  const { id } = image;
  const request = { method: { name: 'copy-image' }, stores, all_stores_must_succeed: true } as const;
  await aboutOption('/image_stores', () =>
    work.cloud.ask((client, call) => client.image.images.import(id, request, call)),
  );
  await waitUntil(
    {
      thing: `the image ${id}`,
      wanted: `in ${stores.join(', ')}`,
      limit: { milliseconds: config.image_creation_timeout, option: 'image_creation_timeout' },
      look: () => lookAtStores(id, stores, work),
    },
    work.build,
  );
}

/** What is changed of an image once it is there: all of it by one call. */
export function imageChanges(config: GlanceOptions, tags: readonly string[], image: Image): readonly ImageChange[] {
  const { image_members: members = [], image_min_disk: minDisk } = config;
  // Nova makes private images, which have no members.
  const visibility = config.image_visibility ?? (members.length > 0 ? 'shared' : undefined);
  const wantsTags = tags.length > 0 && !isDeepStrictEqual([...tags].sort(), [...image.tags].sort());
  return [
    ...(wantsTags ? [{ op: 'replace', path: '/tags', value: [...tags] } as const] : []),
    ...(visibility === undefined || visibility === image.visibility
      ? []
      : [{ op: 'replace', path: '/visibility', value: visibility } as const]),
    ...(minDisk === undefined || minDisk === image.min_disk
      ? []
      : [{ op: 'replace', path: '/min_disk', value: minDisk } as const]),
  ];
}

/** What is left to change of an image. */
type WantedChanges = (image: Image) => readonly ImageChange[];

/** When the answer is lost, what is left to change is seen from the image, as a property can be removed only once. */
async function change(image: Image, wanted: WantedChanges, { build, cloud }: OpenstackWork): Promise<void> {
  const { id } = image;
  let changes = wanted(image);
  await repeatWhileLost(async () => {
    if (changes.length === 0) return;
    try {
      await cloud.ask((client, call) => client.image.images.change(id, changes, call));
    } catch (error) {
      if (!mayHaveHappened(error)) throw error;
      changes = wanted(await cloud.ask((client, call) => client.image.images.get(id, call)));
      throw error;
    }
  }, build.signal);
}

/** The member is there already, when the build is resumed. */
function unlessThere(error: unknown): void {
  if (!isConflict(error)) throw error;
}

async function share(config: GlanceOptions, id: string, { build, cloud }: OpenstackWork): Promise<void> {
  const ask = (pointer: string, question: Parameters<typeof cloud.ask>[0]): Promise<unknown> =>
    aboutOption(pointer, () => repeatWhileLost(() => cloud.ask(question), build.signal));
  for (const [index, project] of (config.image_members ?? []).entries()) {
    const pointer = `/image_members/${index}`;
    build.say(`sharing the image with the project ${project}`);
    await ask(pointer, ({ image }, call) => image.members.add(id, project, call)).catch(unlessThere);
    if (!config.image_auto_accept_members) continue;
    await ask(pointer, ({ image }, call) => image.members.setStatus(id, project, 'accepted', call));
  }
}

/**
 * Gives an active image its tags, visibility, least disk, stores and members; from then on it is the result. Kiln's own
 * properties stay on it, so that an image with nothing to change costs no call. `tags` are filled in; `more` is changed by the same call. Throws `StepError` OPENSTACK_….
 */
export async function finishImage(
  config: GlanceOptions,
  tags: readonly string[],
  { image, acquired }: MadeImage,
  work: OpenstackWork,
  more: WantedChanges = () => [],
): Promise<void> {
  const { id } = image;
  await copyToStores(config, image, work);
  await change(image, (found) => [...imageChanges(config, tags, found), ...more(found)], work);
  await share(config, id, work);
  await acquired.keep();
}
