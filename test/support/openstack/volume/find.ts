import type { Call } from '../call.ts';
import { badRequest, notFound } from '../problem.ts';
import type { Volume } from './things.ts';

export function findVolume(call: Call): Volume {
  const volume = call.region.volumes.get(call.path['id'] ?? '');
  const isOwn = volume.projectId === call.caller.project?.id || call.caller.user.roles.includes('admin');
  if (!isOwn) throw notFound(`Volume ${volume.id} could not be found.`);
  return volume;
}

/** @throws ApiProblem when the volume is in another state */
export function refuseUnless(volume: Volume, statuses: readonly string[], what: string): void {
  if (statuses.includes(volume.status)) return;
  throw badRequest(`Invalid volume: ${what} (volume is ${volume.status})`);
}
