import { ownTags, retryWhile, type Tags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonWork } from '../amazon-build.ts';
import { SNAPSHOT } from '../pending-parts.ts';
import { amazonCode, unlessGone, wasRepeated } from '../api/failure.ts';
import { tagged } from '../tags.ts';
import { TWELVE_HOURS, waitUntil } from '../api/wait-until.ts';

/** A completed snapshot of this build. */
export interface MadeSnapshot {
  readonly id: string;
  readonly acquired: Acquired<string, undefined>;
  /** What it is found by, beside its id: the value of its tag `kiln-token`. */
  readonly mark: string;
}

interface NewSnapshot {
  readonly volumeId: string;
  readonly description: string;
  readonly tags: Tags;
}

const BUSY_LIMIT = 10 * 60_000;

/** AWS takes only so many snapshots of a volume in a while. */
function tooMany(error: unknown): boolean {
  const code = amazonCode(error) ?? '';
  return code === 'SnapshotCreationPerVolumeRateExceeded' || code === 'ConcurrentSnapshotLimitExceeded';
}

function markedSnapshots(mark: string, { build, cloud, kinds }: AmazonWork): Promise<readonly string[]> {
  const context = { signal: build.signal, say: () => undefined };
  return kinds.snapshot.find(mark, locatorOf(cloud, { snapshots: [mark] }), context);
}

/** The call has no token that AWS knows it by: when a reply was lost, the next attempt makes another snapshot. */
async function removeDoubles(id: string, mark: string, amazon: AmazonWork): Promise<void> {
  for (const SnapshotId of await markedSnapshots(mark, amazon)) {
    if (SnapshotId !== id) await amazon.cloud.ec2('DeleteSnapshot', { SnapshotId });
  }
}

async function ask({ volumeId, description, tags }: NewSnapshot, mark: string, amazon: AmazonWork): Promise<string> {
  const { build, cloud } = amazon;
  const attempt = async (): Promise<string> => {
    const made = await cloud.ec2('CreateSnapshot', {
      VolumeId: volumeId,
      ...(description === '' ? {} : { Description: description }),
      TagSpecifications: tagged({ snapshot: { ...tags, ...ownTags(build, mark) } }),
    });
    const id = made.SnapshotId ?? '';
    if ((made.$metadata.attempts ?? 1) > 1) await removeDoubles(id, mark, amazon);
    return id;
  };
  const attemptOrFind = (): Promise<string> =>
    attempt().catch(async (error: unknown) => {
      // Too many may be because of our own one, whose reply was lost.
      const [own] = tooMany(error) && wasRepeated(error) ? await markedSnapshots(mark, amazon) : [];
      if (own === undefined) throw error;
      return own;
    });
  return retryWhile(attemptOrFind, tooMany, { signal: build.signal, limit: BUSY_LIMIT });
}

/** Waits until the snapshot is completed. Throws `StepError` AMAZON_FAILED with AWS's reason when it fails. */
export async function waitForSnapshot(id: string, amazon: AmazonWork): Promise<void> {
  const { cloud } = amazon;
  const look = async (): Promise<PollResult<undefined> | undefined> => {
    const { Snapshots = [] } = await cloud.ec2('DescribeSnapshots', { SnapshotIds: [id] });
    const { State, Progress = '', StateMessage = '' } = Snapshots[0] ?? {};
    if (State === undefined) return undefined;
    if (State === 'completed') return { done: undefined };
    if (State === 'pending') return { state: Progress === '' ? State : `${State} (${Progress})` };
    return { failed: `it is in the state ${State}: ${StateMessage === '' ? 'AWS gives no reason' : StateMessage}` };
  };
  const thing = `the snapshot ${id} in ${cloud.region}`;
  await waitUntil({ thing, wanted: 'completed', limit: TWELVE_HOURS, look }, amazon);
}

/** The snapshot that an earlier process had asked for; one that AWS could not make is given back. */
async function earlierSnapshot(part: string, amazon: AmazonWork): Promise<MadeSnapshot | undefined> {
  const { build, cloud, kinds } = amazon;
  const { acquired, about } = amazon.pending?.earlier(kinds.snapshot, part) ?? {};
  if (acquired === undefined || typeof about !== 'string') return undefined;
  const { id } = acquired;
  const { Snapshots = [] } = (await unlessGone(cloud.ec2('DescribeSnapshots', { SnapshotIds: [id] }))) ?? {};
  if (!['pending', 'completed'].includes(Snapshots[0]?.State ?? '')) {
    await acquired.release();
    return undefined;
  }
  build.say(`going on with the snapshot ${id}`);
  await waitForSnapshot(id, amazon);
  return { id, acquired, mark: about };
}

/**
 * Makes a snapshot of a volume and waits until it is completed. Throws `StepError` AMAZON_FAILED with AWS's reason when
 * it fails.
 */
export async function createSnapshot(snapshot: NewSnapshot, amazon: AmazonWork): Promise<MadeSnapshot> {
  const { build, cloud, kinds } = amazon;
  const part = SNAPSHOT + snapshot.volumeId;
  const before = await earlierSnapshot(part, amazon);
  if (before !== undefined) return before;
  const mark: string = crypto.randomUUID();
  const acquired = await build.acquire(kinds.snapshot, {
    describe: `snapshot of ${snapshot.volumeId} in ${cloud.region}`,
    locator: locatorOf(cloud, { snapshots: [mark] }),
    create: (token) =>
      kinds.snapshot.createUnlessRefused(token, async () => {
        await amazon.pending?.note(part, { token, about: mark });
        return { id: await ask(snapshot, mark, amazon), handle: undefined };
      }),
  });
  build.say(`the snapshot ${acquired.id} of ${snapshot.volumeId} is being made`);
  await waitForSnapshot(acquired.id, amazon);
  return { id: acquired.id, acquired, mark };
}
