import type { Image } from '../../../clients/openstack/index.ts';
import { isAlive } from '../../../builders/_openstack/images/wait-for-image.ts';
import { longestPause, OPENSTACK_CODES } from '../../../builders/_openstack/api/wait.ts';
import { waitFor, type PollResult, type WaitLimit } from '../../../plugins/sdk/cloud.ts';
import type { ImportWork } from '../import-work.ts';

/** Whether Glance works on an image: takes data, or brings it into a store. */
export type IsBusy = (image: Image) => boolean;

/** Somebody sends data to it, or has begun to and is gone, which Glance has yet to notice. */
export const isBeingSent: IsBusy = ({ status, size }) =>
  status === 'saving' || (status === 'uploading' && size === null);

/** How long Glance may take to notice. */
export const NOTICED: WaitLimit = { milliseconds: 120_000, hint: 'kiln build begins anew' };

/**
 * Waits until Glance does nothing with an image any more. Throws `StepError` OPENSTACK_FAILED when it cannot have data any
 * more, `TimeoutError` OPENSTACK_TIMEOUT, `CancelledError`, and what Glance says.
 */
export function imageAtRest(id: string, isBusy: IsBusy, limit: WaitLimit, { cloud, run }: ImportWork): Promise<Image> {
  const look = async (): Promise<PollResult<Image>> => {
    const image = await cloud.ask((client, call) => client.image.images.get(id, call));
    if (!isAlive(image)) return { failed: `it is ${image.status}` };
    return isBusy(image) ? { state: image.status } : { done: image };
  };
  return waitFor({
    what: `the image ${id} to be whole`,
    look,
    limit,
    codes: OPENSTACK_CODES,
    signal: run.signal,
    longestPause: longestPause(),
    onState: (state) => run.debug(`the image ${id} is ${state}`),
    waiting: run.waiting,
  });
}
