import type { CloudRelease, Locator, PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Cloud } from '../api/cloud.ts';

/** Deletes the server, with the member `force` also where deleted ones are kept, and waits until it is gone. */
export async function releaseServer(id: string, cloud: Cloud, locator: Locator, context: CloudRelease): Promise<void> {
  const force = locator.value('force') === true;
  await context.whileInUse(() =>
    cloud.ask(({ compute }, call) =>
      force ? compute.servers.forceDelete(id, call) : compute.servers.delete(id, call),
    ),
  );
  const look = async (): Promise<PollResult<undefined>> => {
    const { status } = await cloud.ask(({ compute }, call) => compute.servers.get(id, call));
    // Where deleted servers are kept for a while, this is as far as it goes.
    return /^(SOFT_)?DELETED$/.test(status) ? { done: undefined } : { state: status };
  };
  await context.waitUntilGone({ what: `the server ${id} to be deleted`, look, mayBeUnknown: 0 });
}

/** Deletes the volume once nothing uses it, and waits until it is gone. */
export async function releaseVolume(id: string, cloud: Cloud, _locator: Locator, context: CloudRelease): Promise<void> {
  await context.whileInUse(() => cloud.ask(({ blockStorage }, call) => blockStorage.volumes.delete(id, call)));
  const look = async (): Promise<PollResult<undefined>> => {
    const { status } = await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.get(id, call));
    return status === 'error_deleting'
      ? { failed: 'Cinder could not delete it: its status is error_deleting' }
      : { state: status };
  };
  await context.waitUntilGone({ what: `the volume ${id} to be deleted`, look, mayBeUnknown: 0 });
}

/** Deletes the image once nothing uses it. */
export async function releaseImage(id: string, cloud: Cloud, _locator: Locator, context: CloudRelease): Promise<void> {
  await context.whileInUse(() => cloud.ask(({ image }, call) => image.images.delete(id, call)));
}
