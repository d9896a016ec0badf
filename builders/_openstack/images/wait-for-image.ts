import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Image } from '../../../clients/openstack/index.ts';
import type { OpenstackWork } from '../openstack-build.ts';
import { isNotFound } from '../api/failure.ts';
import { waitUntil } from '../api/wait.ts';

/** States that an image gets out of by itself. */
const ON_THE_WAY: readonly string[] = ['queued', 'saving', 'uploading', 'importing'];

/** Whether an image is there, or on its way to be. */
export function isAlive({ status }: Image): boolean {
  return status === 'active' || ON_THE_WAY.includes(status);
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Glance's own words on why an image has no data. */
export async function reasonOf(image: Image, { cloud }: Pick<OpenstackWork, 'cloud'>): Promise<string> {
  const tasks = await cloud.ask((client, call) => client.image.images.tasks(image.id, call)).catch(() => []);
  const task = tasks.findLast(({ status }) => status === 'failure')?.message ?? '';
  const stores = textIn(image.os_glance_failed_import);
  const said = [task, textIn(image['message']), stores === '' ? '' : `the import into ${stores} failed`];
  return said.find((text) => text !== '') ?? 'Glance gives no reason';
}

/** How an image stands on its way to be active. */
export async function lookAtImage(id: string, work: Pick<OpenstackWork, 'cloud'>): Promise<PollResult<Image>> {
  const image = await work.cloud.ask((client, call) => client.image.images.get(id, call));
  const { status } = image;
  if (status === 'active') return { done: image };
  const failedImport = textIn(image.os_glance_failed_import);
  // An import that failed leaves the image in "queued" for ever.
  if (failedImport === '' && ON_THE_WAY.includes(status)) return { state: status };
  return { failed: `the image is ${status}: ${await reasonOf(image, work)}` };
}

/**
 * Waits until the image is active. Throws `StepError` OPENSTACK_FAILED with Glance's reason when it is not to be, also
 * when it goes again.
 */
export async function waitForImage(
  id: string,
  limit: { readonly milliseconds: number; readonly option: string },
  work: Pick<OpenstackWork, 'build' | 'cloud'>,
): Promise<Image> {
  let seen = false;
  const look = async (): Promise<PollResult<Image>> => {
    try {
      const found = await lookAtImage(id, work);
      seen = true;
      return found;
    } catch (error) {
      if (!seen || !isNotFound(error)) throw error;
      return { failed: 'it is gone again: who was making it has given up, or somebody has deleted it' };
    }
  };
  return waitUntil({ thing: `the image ${id}`, wanted: 'active', limit, look }, work.build);
}
