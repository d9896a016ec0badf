import type { CloudRelease, Locator, PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Cloud } from '../api/cloud.ts';
import { repeatWhileLost } from '../repeat.ts';

/** Asks for a thing to be deleted, when nothing uses it any more; that may be asked twice. */
function deleted(work: () => Promise<void>, context: CloudRelease): Promise<void> {
  return context.whileInUse(() => repeatWhileLost(work, context.signal));
}

/** Deletes the server, with the member `force` also where deleted ones are kept, and waits until it is gone. */
export async function releaseServer(id: string, cloud: Cloud, locator: Locator, context: CloudRelease): Promise<void> {
  const force = locator.value('force') === true;
  await deleted(
    () =>
      cloud.ask(({ compute }, call) =>
        force ? compute.servers.forceDelete(id, call) : compute.servers.delete(id, call),
      ),
    context,
  );
  const look = async (): Promise<PollResult<undefined>> => {
    const { status } = await cloud.look(({ compute }, call) => compute.servers.get(id, call));
    // Where deleted servers are kept for a while, this is as far as it goes.
    return /^(SOFT_)?DELETED$/.test(status) ? { done: undefined } : { state: status };
  };
  await context.waitUntilGone({ what: `the server ${id} to be deleted`, look, mayBeUnknown: 0 });
}

/** Deletes the volume once nothing uses it, and waits until it is gone. */
export async function releaseVolume(id: string, cloud: Cloud, _locator: Locator, context: CloudRelease): Promise<void> {
  await deleted(() => cloud.ask(({ blockStorage }, call) => blockStorage.volumes.delete(id, call)), context);
  const look = async (): Promise<PollResult<undefined>> => {
    const { status } = await cloud.look(({ blockStorage }, call) => blockStorage.volumes.get(id, call));
    return status === 'error_deleting'
      ? { failed: 'Cinder could not delete it: its status is error_deleting' }
      : { state: status };
  };
  await context.waitUntilGone({ what: `the volume ${id} to be deleted`, look, mayBeUnknown: 0 });
}

/** Deletes the image once nothing uses it. */
export async function releaseImage(id: string, cloud: Cloud, _locator: Locator, context: CloudRelease): Promise<void> {
  await deleted(() => cloud.ask(({ image }, call) => image.images.delete(id, call)), context);
}

export async function releaseKeyPair(
  name: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await deleted(() => cloud.ask(({ compute }, call) => compute.keypairs.delete(name, call)), context);
}

export async function releaseFloatingIp(
  id: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await deleted(() => cloud.ask(({ network }, call) => network.floatingIps.delete(id, call)), context);
}
