import type { AmazonWork } from '../../../builders/_amazon/amazon-build.ts';
import { amazonCode } from '../../../builders/_amazon/api/failure.ts';
import { waitForSnapshot, type MadeSnapshot } from '../../../builders/_amazon/images/create-snapshot.ts';
import type { Upload } from './start-upload.ts';

/** Has AWS compare the checksum of all blocks, and waits until the snapshot is completed. */
export async function completeUpload({ id, acquired, record }: Upload, amazon: AmazonWork): Promise<MadeSnapshot> {
  const { digests, head } = record;
  await amazon.cloud
    .ebs('CompleteSnapshot', {
      SnapshotId: id,
      ChangedBlocksCount: digests.count,
      ...(digests.count === 0
        ? {}
        : { Checksum: digests.aggregate(), ChecksumAlgorithm: 'SHA256', ChecksumAggregationMethod: 'LINEAR' }),
    })
    .catch(async (error: unknown) => {
      // It is completed already: Kiln died before it could note that, or the reply was lost. If not, the wait says why.
      if (amazonCode(error) === 'ConflictException') return;
      // What is there is not what it should be: going on with it would end here again.
      if (amazonCode(error) === 'ValidationException') await acquired.release();
      throw error;
    });
  await waitForSnapshot(id, amazon);
  return { id, acquired, mark: head.mark };
}
