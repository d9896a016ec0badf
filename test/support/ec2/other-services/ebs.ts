import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-ec2';
import { onceFor, type Call } from '../call.ts';
import { encryptionOf } from './kms.ts';
import { AwsProblem } from '../problem.ts';
import type { SnapshotEntry } from '../region.ts';
import { checkTags } from '../rules/tags.ts';

/** Bytes in a block. */
export const BLOCK_SIZE = 524_288;
const GIB = 1_073_741_824;

export interface StartSnapshotInput {
  readonly VolumeSize: number;
  readonly ParentSnapshotId?: string;
  readonly Tags?: Tag[];
  readonly Description?: string;
  readonly ClientToken?: string;
  readonly Encrypted?: boolean;
  readonly KmsKeyArn?: string;
  readonly Timeout?: number;
}

function invalid(message: string, reason: string): AwsProblem {
  return new AwsProblem('ValidationException', `${message} (${reason})`);
}

function snapshotOf(call: Call, id: string): SnapshotEntry {
  const entry = call.region.snapshots.peek(id);
  if (entry?.view.OwnerId !== call.caller.account) {
    throw new AwsProblem('ResourceNotFoundException', `The snapshot '${id}' does not exist.`, 404);
  }
  return entry;
}

export function startSnapshot(input: StartSnapshotInput, call: Call): object {
  const { world, region } = call;
  if (input.VolumeSize < 1 || input.VolumeSize > 65_536)
    throw invalid('VolumeSize is 1 to 65536', 'INVALID_VOLUME_SIZE');
  if (input.ParentSnapshotId !== undefined) {
    const parent = snapshotOf(call, input.ParentSnapshotId);
    if (input.Encrypted !== undefined || input.KmsKeyArn !== undefined) {
      throw invalid('Encrypted and KmsKeyArn cannot be given with a parent', 'INVALID_PARAMETER');
    }
    if (parent.view.VolumeSize > input.VolumeSize) throw invalid('The parent is larger', 'INVALID_VOLUME_SIZE');
  }
  if (input.KmsKeyArn !== undefined && input.Encrypted !== true) {
    throw invalid('KmsKeyArn needs Encrypted', 'INVALID_PARAMETER');
  }
  const timeout = input.Timeout ?? 60;
  if (timeout < 10 || timeout > 60) throw invalid('Timeout is 10 to 60 minutes', 'INVALID_PARAMETER');
  checkTags(input.Tags ?? []);
  const entry = onceFor(call, input.ClientToken, input, () => {
    const parent = input.ParentSnapshotId === undefined ? undefined : snapshotOf(call, input.ParentSnapshotId);
    const source = { encrypted: parent?.view.Encrypted ?? false, key: parent?.view.KmsKeyId };
    const encryption = encryptionOf(region, { Encrypted: input.Encrypted, KmsKeyId: input.KmsKeyArn }, source);
    if (encryption.broken) throw new AwsProblem('AccessDeniedException', 'The key cannot be used', 403);
    const id = world.newId('snap');
    return region.snapshots.put(id, {
      permissions: [],
      blocks: new Map(parent?.blocks),
      open: true,
      view: {
        SnapshotId: id,
        VolumeId: 'vol-ffffffff',
        VolumeSize: input.VolumeSize,
        State: 'pending',
        Progress: '0%',
        StartTime: world.clock.date(),
        OwnerId: call.caller.account,
        Description: input.Description ?? '',
        Encrypted: encryption.encrypted,
        StorageTier: 'standard',
        Tags: (input.Tags ?? []).map((tag) => ({ Key: tag.Key ?? '', Value: tag.Value ?? '' })),
        ...(encryption.key === undefined ? {} : { KmsKeyId: encryption.key }),
      },
    });
  });
  expireLater(call, entry, timeout * 60_000);
  const { SnapshotId, Description, OwnerId, VolumeSize, StartTime, Tags, KmsKeyId } = entry.view;
  return {
    SnapshotId,
    Description,
    OwnerId,
    VolumeSize,
    StartTime,
    Tags,
    BlockSize: BLOCK_SIZE,
    Status: 'pending',
    ...(KmsKeyId === undefined ? {} : { KmsKeyArn: KmsKeyId }),
  };
}

/** A snapshot nobody has written to for as long as its time-out says goes into error. */
function expireLater(call: Call, entry: SnapshotEntry, timeout: number): void {
  const seen = entry.blocks.size;
  call.world.clock.after(timeout, () => {
    if (!entry.open) return;
    if (entry.blocks.size > seen) {
      expireLater(call, entry, timeout);
      return;
    }
    entry.open = false;
    entry.view.State = 'error';
    entry.view.StateMessage = 'The snapshot timed out';
  });
}

export interface PutBlockInput {
  readonly SnapshotId: string;
  readonly BlockIndex: number;
  readonly BlockData: Buffer;
  readonly DataLength: number;
  readonly Checksum: string;
  readonly ChecksumAlgorithm: string;
  readonly Progress?: number;
}

export function putSnapshotBlock(input: PutBlockInput, call: Call): object {
  const entry = snapshotOf(call, input.SnapshotId);
  if (!entry.open) throw new AwsProblem('ConflictException', `The snapshot '${input.SnapshotId}' is not pending.`, 409);
  if (input.ChecksumAlgorithm !== 'SHA256') throw invalid('Only SHA256 is known', 'INVALID_PARAMETER');
  if (input.BlockData.length !== BLOCK_SIZE || input.DataLength !== BLOCK_SIZE) {
    throw invalid(`A block has ${BLOCK_SIZE} bytes`, 'INVALID_BLOCK');
  }
  const most = (entry.view.VolumeSize * GIB) / BLOCK_SIZE;
  if (!Number.isInteger(input.BlockIndex) || input.BlockIndex < 0 || input.BlockIndex >= most) {
    throw invalid(`The block ${input.BlockIndex} lies outside the volume`, 'INVALID_BLOCK');
  }
  if (createHash('sha256').update(input.BlockData).digest('base64') !== input.Checksum) {
    throw invalid('The checksum does not match the block', 'INVALID_BLOCK');
  }
  entry.blocks.set(input.BlockIndex, input.BlockData);
  return { Checksum: input.Checksum, ChecksumAlgorithm: 'SHA256' };
}

export interface CompleteInput {
  readonly SnapshotId: string;
  readonly ChangedBlocksCount: number;
  readonly Checksum?: string;
  readonly ChecksumAlgorithm?: string;
  readonly ChecksumAggregationMethod?: string;
}

/** SHA-256 over the binary checksums of the blocks in ascending order. */
function aggregate(blocks: ReadonlyMap<number, Buffer>): string {
  const whole = createHash('sha256');
  for (const [, block] of [...blocks].sort(([a], [b]) => a - b))
    whole.update(createHash('sha256').update(block).digest());
  return whole.digest('base64');
}

export function completeSnapshot(input: CompleteInput, call: Call): object {
  const entry = snapshotOf(call, input.SnapshotId);
  if (!entry.open) {
    if (entry.view.State === 'error') throw new AwsProblem('ConflictException', 'The snapshot is in error.', 409);
    return { Status: entry.view.State };
  }
  if (input.ChangedBlocksCount !== entry.blocks.size) {
    throw invalid(
      `ChangedBlocksCount is ${input.ChangedBlocksCount}, ${entry.blocks.size} blocks came`,
      'INVALID_PARAMETER',
    );
  }
  const named = input.ChecksumAlgorithm === 'SHA256' && input.ChecksumAggregationMethod === 'LINEAR';
  if (input.Checksum !== undefined && !named) throw invalid('A checksum needs its algorithm', 'INVALID_PARAMETER');
  if (input.Checksum !== undefined && input.Checksum !== aggregate(entry.blocks)) {
    throw invalid('The checksum does not match the blocks', 'INVALID_BLOCK');
  }
  entry.open = false;
  if (!call.outcome.stuck) {
    call.world.clock.after(call.world.durations.snapshot, () => {
      const failure = call.outcome.fails;
      entry.view.State = failure === undefined ? 'completed' : 'error';
      if (failure !== undefined) entry.view.StateMessage = failure.message;
      else entry.view.Progress = '100%';
    });
  }
  return { Status: 'pending' };
}

export interface ListBlocksInput {
  readonly SnapshotId: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly StartingBlockIndex?: number;
}

export function listSnapshotBlocks(input: ListBlocksInput, call: Call): object {
  const entry = snapshotOf(call, input.SnapshotId);
  if (entry.view.State !== 'completed') throw invalid('The snapshot is not completed', 'INVALID_SNAPSHOT');
  const size = input.MaxResults ?? 10_000;
  if (size < 100 || size > 10_000) throw invalid('MaxResults is 100 to 10000', 'INVALID_PARAMETER');
  const from = input.NextToken === undefined ? (input.StartingBlockIndex ?? 0) : Number(input.NextToken);
  const indexes = [...entry.blocks.keys()].filter((index) => index >= from).sort((a, b) => a - b);
  const next = indexes[size];
  return {
    Blocks: indexes
      .slice(0, size)
      .map((BlockIndex) => ({ BlockIndex, BlockToken: `${input.SnapshotId}-${BlockIndex}` })),
    BlockSize: BLOCK_SIZE,
    VolumeSize: entry.view.VolumeSize,
    ExpiryTime: new Date(call.world.clock.now() + 3_600_000),
    ...(next === undefined ? {} : { NextToken: String(next) }),
  };
}

export interface GetBlockInput {
  readonly SnapshotId: string;
  readonly BlockIndex: number;
  readonly BlockToken: string;
}

/** @throws AwsProblem for a block that has not been written, or a token that is not its own */
export function getSnapshotBlock(
  input: GetBlockInput,
  call: Call,
): { readonly data: Buffer; readonly checksum: string } {
  const data = snapshotOf(call, input.SnapshotId).blocks.get(input.BlockIndex);
  if (data === undefined) throw new AwsProblem('ResourceNotFoundException', 'There is no such block', 404);
  if (input.BlockToken !== `${input.SnapshotId}-${input.BlockIndex}`)
    throw invalid('The token is not valid', 'INVALID_BLOCK_TOKEN');
  return { data, checksum: createHash('sha256').update(data).digest('base64') };
}
