import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import { isDeepStrictEqual } from 'node:util';
import { cachePlace } from '../../../plugins/sdk/host.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonWork } from '../../../builders/_amazon/amazon-build.ts';
import { unlessGone } from '../../../builders/_amazon/api/failure.ts';
import { tagList } from '../../../builders/_amazon/tags.ts';
import type { ImportWork } from '../image.ts';
import { importKinds } from '../kinds.ts';
import { createRecord, reopenRecord, type UploadHead, type UploadRecord } from '../upload-record.ts';
import type { OpenDisk } from './open-disk.ts';

/** A snapshot that takes blocks. */
export interface Upload {
  readonly id: string;
  readonly acquired: Acquired<string, undefined>;
  readonly record: UploadRecord;
  /** The directory of the record. */
  readonly records: string;
  /** Whether an earlier process had completed it. */
  readonly completed: boolean;
}

export interface NewUpload {
  readonly description: string;
  readonly tags: Tags;
  readonly encrypted: boolean;
  /** Empty: the account's default key. */
  readonly keyArn: string;
}

/** AWS gives a snapshot up when no block has come for so many minutes; it allows no more. */
const TIMEOUT = 60;

type State = 'pending' | 'completed' | 'gone';

async function stateOf(id: string, { cloud }: AmazonWork): Promise<State> {
  const { Snapshots = [] } = (await unlessGone(cloud.ec2('DescribeSnapshots', { SnapshotIds: [id] }))) ?? {};
  const state = Snapshots[0]?.State;
  return state === 'pending' || state === 'completed' ? state : 'gone';
}

function sameUpload(one: UploadHead, other: UploadHead): boolean {
  return isDeepStrictEqual({ ...one, mark: '' }, { ...other, mark: '' });
}

/** What an earlier process had begun of the same disk; one that AWS has given up is given back. */
async function goOn(head: UploadHead, records: string, work: ImportWork): Promise<Upload | undefined> {
  for (const acquired of work.run.inherited(importKinds.upload)) {
    const { id } = acquired;
    const record = typeof id === 'string' ? await reopenRecord(records, id) : undefined;
    if (typeof id !== 'string' || record === undefined) continue;
    const fits = sameUpload(record.head, head);
    const state = fits ? await stateOf(id, work) : 'gone';
    if (state !== 'gone')
      return { id, acquired: { ...acquired, id }, record, records, completed: state === 'completed' };
    record.close();
    if (fits) await acquired.release();
  }
  return undefined;
}

/** Begins a snapshot, or goes on with the one that an earlier process had begun of this disk. */
export async function startUpload(disk: OpenDisk, snapshot: NewUpload, work: ImportWork): Promise<Upload> {
  const { cloud, run } = work;
  const { volumeSize } = disk;
  const { description, tags, encrypted, keyArn } = snapshot;
  const encryption = encrypted ? keyArn || 'default' : '';
  const head = { disk: disk.identity, region: cloud.region, volumeSize, encryption, mark: '' };
  const records = await cachePlace(run.cacheDirectory, 'amazon-import', 0o700);
  const before = await goOn(head, records, work);
  if (before !== undefined) {
    run.say(`going on with the snapshot ${before.id}: ${before.record.digests.count} blocks are there`);
    return before;
  }
  let mark = '';
  const acquired = await run.acquire(importKinds.upload, {
    describe: `snapshot of ${disk.path} in ${cloud.region}`,
    locator: locatorOf(cloud, { records }),
    create: (token) =>
      importKinds.upload.createUnlessRefused(token, async () => {
        mark = token;
        const { SnapshotId = '' } = await cloud.ebs('StartSnapshot', {
          VolumeSize: volumeSize,
          ClientToken: token,
          Timeout: TIMEOUT,
          Tags: tagList({ ...tags, ...ownTags(run, token) }),
          ...(description === '' ? {} : { Description: description }),
          ...(encrypted ? { Encrypted: true } : {}),
          ...(keyArn === '' ? {} : { KmsKeyArn: keyArn }),
        });
        return { id: SnapshotId, handle: undefined };
      }),
  });
  const record = await createRecord(records, acquired.id, { ...head, mark });
  return { id: acquired.id, acquired, record, records, completed: false };
}
