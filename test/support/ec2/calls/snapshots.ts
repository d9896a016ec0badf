import type {
  CreateVolumePermission,
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  ModifySnapshotAttributeRequest,
  Snapshot,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { isDefaultKey } from '../other-services/kms.ts';
import { makeSnapshot } from '../rules/make-snapshot.ts';
import { AwsProblem } from '../problem.ts';
import type { SnapshotEntry } from '../region.ts';
import { tagsFor } from '../rules/tags.ts';

function mayRead(entry: SnapshotEntry, account: string): boolean {
  return (
    entry.view.OwnerId === account || entry.permissions.some((each) => each.Group === 'all' || each.UserId === account)
  );
}

function own(call: Call, id: string): SnapshotEntry {
  const entry = call.region.snapshots.get(id);
  if (entry.view.OwnerId !== call.caller.account) {
    throw new AwsProblem('AuthFailure', `Not authorized for snapshot:${id}`, 403);
  }
  return entry;
}

function same(a: CreateVolumePermission, b: CreateVolumePermission): boolean {
  return a.UserId === b.UserId && a.Group === b.Group;
}

/** The image of the region that still needs a snapshot. */
function userOf(call: Call, id: string): string | undefined {
  return call.region.images
    .all()
    .find(({ view }) => view.BlockDeviceMappings.some((device) => device.Ebs?.SnapshotId === id))?.view.ImageId;
}

/**
 * Refuses to share what cannot be shared.
 * @throws AwsProblem for a snapshot whose key is AWS's own, or an encrypted one that should become public
 */
export function checkSharing(call: Call, entry: SnapshotEntry, groups: readonly string[]): void {
  if (!entry.view.Encrypted) return;
  if (isDefaultKey(call.region, entry.view.KmsKeyId)) {
    throw new AwsProblem('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
  }
  if (groups.includes('all')) {
    throw new AwsProblem('OperationNotPermitted', 'Encrypted snapshots cannot be made public');
  }
}

export function checkAccounts(users: readonly string[]): void {
  for (const user of users) {
    if (!/^\d{12}$/.test(user)) throw new AwsProblem('InvalidUserID.Malformed', `Invalid user id: "${user}"`);
  }
}

/** @throws AwsProblem when a snapshot of the volume was asked for a moment ago */
function checkRate(call: Call, volumeId: string): void {
  const since = call.world.clock.now() - 15_000;
  const recent = call.region.snapshots
    .all()
    .some(({ view }) => view.VolumeId === volumeId && (view.StartTime?.getTime() ?? 0) > since);
  if (!recent) return;
  throw new AwsProblem(
    'SnapshotCreationPerVolumeRateExceeded',
    'The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or variable sleep interval between requests.',
  );
}

export const snapshotCalls: Handlers = {
  CreateSnapshot: handle<CreateSnapshotRequest, Snapshot>((input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['snapshot'])('snapshot');
    const volume = call.region.volumes.get(input.VolumeId);
    if (volume.view.State !== 'available' && volume.view.State !== 'in-use') {
      throw new AwsProblem('IncorrectState', `vol-${volume.view.VolumeId} is ${volume.view.State}`);
    }
    checkRate(call, volume.view.VolumeId);
    refuseDryRun(input);
    const entry = makeSnapshot(call, call.region, {
      volumeId: volume.view.VolumeId,
      size: volume.view.Size,
      encrypted: volume.view.Encrypted,
      key: volume.view.KmsKeyId,
      description: input.Description ?? '',
      tags,
    });
    return { ...entry.view };
  }),

  DescribeSnapshots: handle<DescribeSnapshotsRequest, DescribeSnapshotsResult>((input, call) => {
    const { account } = call.caller;
    refuseDryRun(input);
    const entries = input.SnapshotIds?.map((id) => call.region.snapshots.get(id)) ?? call.region.snapshots.listed();
    const owned = entries
      .filter((entry) => mayRead(entry, account))
      .filter(
        ({ view }) =>
          input.OwnerIds?.some((owner) => owner === view.OwnerId || (owner === 'self' && view.OwnerId === account)) ??
          true,
      );
    const views = applyFilters(
      owned.map((entry) => entry.view),
      input.Filters,
      {
        description: (view) => view.Description,
        encrypted: (view) => String(view.Encrypted),
        'owner-id': (view) => view.OwnerId,
        progress: (view) => view.Progress,
        'snapshot-id': (view) => view.SnapshotId,
        'start-time': (view) => view.StartTime?.toISOString(),
        status: (view) => view.State,
        'volume-id': (view) => view.VolumeId,
        'volume-size': (view) => String(view.VolumeSize),
      },
    );
    const { items, ...next } = page(views, input);
    return { Snapshots: items, ...next };
  }),

  DeleteSnapshot: handle<DeleteSnapshotRequest, object>((input, call) => {
    const entry = own(call, input.SnapshotId);
    const image = userOf(call, input.SnapshotId);
    if (image !== undefined) {
      throw new AwsProblem('InvalidSnapshot.InUse', `The snapshot ${input.SnapshotId} is currently in use by ${image}`);
    }
    refuseDryRun(input);
    call.region.snapshots.remove(entry.view.SnapshotId);
    return {};
  }),

  ModifySnapshotAttribute: handle<ModifySnapshotAttributeRequest, object>((input, call) => {
    const entry = own(call, input.SnapshotId);
    const adding: CreateVolumePermission[] = [
      ...(input.CreateVolumePermission?.Add ?? []),
      ...(input.OperationType === 'add' ? (input.UserIds ?? []).map((UserId) => ({ UserId })) : []),
      ...(input.OperationType === 'add' ? (input.GroupNames ?? []).map((Group) => ({ Group: Group as 'all' })) : []),
    ];
    const removing: CreateVolumePermission[] = [
      ...(input.CreateVolumePermission?.Remove ?? []),
      ...(input.OperationType === 'remove' ? (input.UserIds ?? []).map((UserId) => ({ UserId })) : []),
    ];
    if (adding.length + removing.length === 0) {
      throw new AwsProblem('MissingParameter', 'No attributes were given');
    }
    checkAccounts([...adding, ...removing].flatMap((each) => each.UserId ?? []));
    const groups: readonly string[] = adding.flatMap((each) => each.Group ?? []);
    const [strange] = groups.filter((group) => group !== 'all');
    if (strange !== undefined) throw new AwsProblem('InvalidParameterValue', `Invalid group '${strange}'`);
    if (adding.length > 0) checkSharing(call, entry, groups);
    if (entry.view.State !== 'completed') {
      throw new AwsProblem('IncorrectState', `The snapshot '${input.SnapshotId}' is not 'completed'`);
    }
    refuseDryRun(input);
    entry.permissions = entry.permissions.filter(
      (each) => ![...adding, ...removing].some((other) => same(each, other)),
    );
    entry.permissions.push(...adding);
    return {};
  }),

  DescribeSnapshotAttribute: handle<DescribeSnapshotAttributeRequest, DescribeSnapshotAttributeResult>(
    (input, call) => {
      const entry = own(call, input.SnapshotId);
      if (input.Attribute === 'productCodes') return { SnapshotId: input.SnapshotId, ProductCodes: [] };
      return { SnapshotId: input.SnapshotId, CreateVolumePermissions: entry.permissions };
    },
  ),
};
