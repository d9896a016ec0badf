import type { Tag } from '@aws-sdk/client-ec2';
import { taggedThings } from './calls/tags.ts';
import type { World } from './world.ts';
import type { Leftover } from '../cloud/leftovers.ts';

function byKey(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

/** Everything in the account but networks, ended instances and closed requests. */
export function leftovers(world: World): readonly Leftover[] {
  const found: Leftover[] = [];
  for (const region of world.regions.values()) {
    for (const { kind, id, tags } of taggedThings(region)) {
      if (kind === 'subnet' || kind === 'vpc') continue;
      if (kind === 'instance' && region.instances.peek(id)?.view.State.Name === 'terminated') continue;
      if (kind === 'spot-instances-request' && region.spotRequests.peek(id)?.view.State !== 'open') continue;
      if (kind === 'fleet') continue;
      found.push({ region: region.name, kind, id, tags: byKey(tags) });
    }
    for (const [id, { Status, Tags = [] }] of region.importImageTasks) {
      if (Status === 'active') found.push({ region: region.name, kind: 'import-image-task', id, tags: byKey(Tags) });
    }
  }
  for (const name of world.iam.roles.keys()) found.push({ region: '', kind: 'role', id: name, tags: {} });
  for (const name of world.iam.profiles.keys())
    found.push({ region: '', kind: 'instance-profile', id: name, tags: {} });
  for (const { id } of world.sessions.active()) found.push({ region: '', kind: 'session', id, tags: {} });
  for (const [name, bucket] of world.buckets) {
    for (const key of bucket.objects.keys()) found.push({ region: '', kind: 'object', id: `${name}/${key}`, tags: {} });
    for (const id of bucket.uploads.keys()) found.push({ region: '', kind: 'upload', id, tags: {} });
  }
  return found;
}
