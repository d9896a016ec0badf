import type { CloudRelease, PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Cloud } from '../api/cloud.ts';
import type { Disk, Image, Instance } from '../api/driver.ts';
import { faultOf, lookAtOperation } from '../api/operation.ts';

/** Where a thing is: `place` is "global", "zones/us-central1-a" or "regions/us-central1". */
export interface Place {
  readonly project: string;
  readonly place: string;
  readonly name: string;
}

/** "us-central1-a" of "zones/us-central1-a". */
function inPlace({ place }: Place): string {
  return place.split('/').at(-1) ?? '';
}

export function getInstance(where: Place, cloud: Pick<Cloud, 'ask'>): Promise<Instance> {
  const { project, name: instance } = where;
  return cloud.ask((compute, call) => compute.instances.get({ project, zone: inPlace(where), instance }, call));
}

export function getDisk(where: Place, cloud: Pick<Cloud, 'ask'>): Promise<Disk> {
  const { project, name: disk, place } = where;
  return cloud.ask((compute, call) =>
    place.startsWith('regions/')
      ? compute.regionDisks.get({ project, region: inPlace(where), disk }, call)
      : compute.disks.get({ project, zone: inPlace(where), disk }, call),
  );
}

export function getImage({ project, name: image }: Place, cloud: Pick<Cloud, 'ask'>): Promise<Image> {
  return cloud.ask((compute, call) => compute.images.get({ project, image }, call));
}

/** Deletes a thing once nothing uses it any more, and waits until it is gone. */
async function remove(
  what: string,
  request: Parameters<Cloud['begin']>[0],
  cloud: Cloud,
  context: CloudRelease,
): Promise<void> {
  const begun = await context.whileInUse(() => cloud.begin(request));
  const look = async (): Promise<PollResult<undefined>> => {
    const operation = await lookAtOperation(begun, cloud);
    if (operation.status !== 'DONE') return { state: operation.status ?? 'unknown' };
    const fault = faultOf(operation);
    return fault === undefined ? { done: undefined } : { failed: `${fault.message} (${fault.reason})` };
  };
  await context.waitUntilGone({ what: `${what} to be deleted`, look, mayBeUnknown: 0 });
}

/** Its disks that are set to go with it go, too. */
export async function deleteInstance(where: Place, cloud: Cloud, context: CloudRelease): Promise<void> {
  const { project, name: instance } = where;
  const zone = inPlace(where);
  await remove(
    `the instance ${instance}`,
    (compute, requestId, call) => compute.instances.delete({ project, zone, instance, requestId }, call),
    cloud,
    context,
  );
}

export async function deleteDisk(where: Place, cloud: Cloud, context: CloudRelease): Promise<void> {
  const { project, name: disk, place } = where;
  const at = inPlace(where);
  await remove(
    `the disk ${disk}`,
    (compute, requestId, call) =>
      place.startsWith('regions/')
        ? compute.regionDisks.delete({ project, region: at, disk, requestId }, call)
        : compute.disks.delete({ project, zone: at, disk, requestId }, call),
    cloud,
    context,
  );
}

export async function deleteImage(where: Place, cloud: Cloud, context: CloudRelease): Promise<void> {
  const { project, name: image } = where;
  await remove(
    `the image ${image}`,
    (compute, requestId, call) => compute.images.delete({ project, image, requestId }, call),
    cloud,
    context,
  );
}
