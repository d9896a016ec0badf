import { part, type Call, type Route } from '../call.ts';
import { uuid } from '../ids.ts';
import { badRequest } from '../problem.ts';
import { microseconds } from '../world.ts';
import type { Snapshot } from './things.ts';
import { holdsMetadata } from './volumes.ts';

interface Asked {
  readonly volume_id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly force?: boolean | string;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

function view(snapshot: Snapshot): object {
  const { id, name, description, size, status, metadata, volumeId, createdAt } = snapshot;
  return {
    id,
    name,
    description,
    size,
    status,
    metadata,
    volume_id: volumeId,
    created_at: createdAt,
    updated_at: null,
  };
}

function create(call: Call): Snapshot {
  const { world, region, caller, outcome } = call;
  const { volume_id: id, name = null, description = null, metadata, force } = part(call, 'snapshot') as Asked;
  const volume = region.volumes.get(id);
  if (volume.status !== 'available' && !(volume.status === 'in-use' && (force === true || force === 'true'))) {
    throw badRequest(`Invalid volume: Volume ${id} status must be available, but current status is: ${volume.status}.`);
  }
  const snapshot: Snapshot = {
    id: uuid(world.newId()),
    projectId: caller.project?.id ?? '',
    volumeId: id,
    name,
    description,
    size: volume.size,
    status: 'creating',
    metadata: { ...metadata },
    createdAt: microseconds(world),
  };
  region.snapshots.add(snapshot.id, snapshot);
  if (!outcome.stuck) {
    const status = outcome.fails === undefined ? 'available' : 'error';
    world.clock.after(world.durations.volume, () => void (snapshot.status = status));
  }
  return snapshot;
}

const SNAPSHOT = '/:project/snapshots/:id';

export const snapshotRoutes: readonly Route[] = [
  {
    name: 'createSnapshot',
    method: 'POST',
    path: '/:project/snapshots',
    schema: 'createSnapshot',
    act: (call) => ({ status: 202, body: { snapshot: view(create(call)) } }),
  },
  {
    name: 'listSnapshotsDetail',
    method: 'GET',
    path: '/:project/snapshots/detail',
    act: (call) => {
      const { searchParams: query } = call.url;
      const found = call.region.snapshots
        .listed()
        .filter(({ volumeId }) => (query.get('volume_id') ?? volumeId) === volumeId)
        .filter(({ name }) => (query.get('name') ?? name) === name)
        .filter(({ metadata }) => holdsMetadata(metadata, query.get('metadata')));
      return { body: { snapshots: found.map(view) } };
    },
  },
  {
    name: 'showSnapshot',
    method: 'GET',
    path: SNAPSHOT,
    act: (call) => ({ body: { snapshot: view(call.region.snapshots.get(call.path['id'] ?? '')) } }),
  },
  {
    name: 'deleteSnapshot',
    method: 'DELETE',
    path: SNAPSHOT,
    act: (call) => {
      const { world, region, outcome } = call;
      const snapshot = region.snapshots.get(call.path['id'] ?? '');
      snapshot.status = 'deleting';
      if (!outcome.stuck) world.clock.after(world.durations.volume, () => region.snapshots.remove(snapshot.id));
      return { status: 202 };
    },
  },
];
