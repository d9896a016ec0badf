import type { Tag } from '@aws-sdk/client-ec2';
import type { Call } from '../call.ts';
import type { Region, SnapshotEntry } from '../region.ts';

export interface NewSnapshot {
  readonly volumeId: string;
  readonly size: number;
  readonly encrypted: boolean;
  readonly key: string | undefined;
  readonly description: string;
  readonly tags: Tag[];
  readonly blocks?: ReadonlyMap<number, Buffer>;
  /** Why it will fail; undefined when it will not. */
  readonly failure?: string | undefined;
}

function progress(call: Call, entry: SnapshotEntry, failure: string | undefined): void {
  const { clock, durations } = call.world;
  if (call.outcome.stuck) return;
  for (const step of [1, 2, 3]) {
    clock.after((durations.snapshot * step) / 4, () => {
      if (entry.view.State === 'pending') entry.view.Progress = `${step * 25}%`;
    });
  }
  clock.after(durations.snapshot, () => {
    if (entry.view.State !== 'pending') return;
    if (failure !== undefined) {
      entry.view.State = 'error';
      entry.view.StateMessage = failure;
      return;
    }
    entry.view.State = 'completed';
    entry.view.Progress = '100%';
    entry.view.CompletionTime = clock.date();
  });
}

/** A snapshot that is pending and then completed, or in error when the call's fault says so. */
export function makeSnapshot(call: Call, region: Region, given: NewSnapshot): SnapshotEntry {
  const id = call.world.newId('snap');
  const entry = region.snapshots.add(id, {
    permissions: [],
    blocks: new Map(given.blocks),
    open: false,
    view: {
      SnapshotId: id,
      VolumeId: given.volumeId,
      VolumeSize: given.size,
      State: 'pending',
      Progress: '0%',
      StartTime: call.world.clock.date(),
      OwnerId: call.caller.account,
      Description: given.description,
      Encrypted: given.encrypted,
      StorageTier: 'standard',
      Tags: given.tags,
      ...(given.key === undefined ? {} : { KmsKeyId: given.key }),
    },
  });
  progress(call, entry, given.failure ?? call.outcome.fails?.message);
  return entry;
}
