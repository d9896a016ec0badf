import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Cloud } from '../../../builders/_amazon/api/cloud.ts';
import type { AmazonWork } from '../../../builders/_amazon/amazon-build.ts';
import type { ProgressMeter } from '../../_shared/progress-meter.ts';
import { BLOCK_SIZE, blocksOf, type Block } from '../disk/blocks.ts';
import { keepHeapSmall } from '../../_shared/small-heap.ts';
import type { OpenDisk } from './open-disk.ts';
import type { Upload } from './start-upload.ts';

/** Blocks on their way at once; each has a buffer of its own. */
const IN_FLIGHT = 64;

const zeros = Buffer.alloc(BLOCK_SIZE);

async function readBlock(file: FileHandle, { fragments }: Block, buffer: Buffer): Promise<void> {
  buffer.fill(0);
  for (const { offset, at, length } of fragments) {
    for (let done = 0; done < length;) {
      const { bytesRead } = await file.read(buffer, at + done, length - done, offset + done);
      // The end of a file that is no multiple of a sector reads as zeros.
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  }
}

async function putBlock(index: number, data: Buffer, { id, record }: Upload, cloud: Cloud): Promise<void> {
  const digest = createHash('sha256').update(data).digest();
  await cloud.ebs('PutSnapshotBlock', {
    SnapshotId: id,
    BlockIndex: index,
    BlockData: data,
    DataLength: BLOCK_SIZE,
    Checksum: digest.toString('base64'),
    ChecksumAlgorithm: 'SHA256',
  });
  record.add(index, digest);
}

/** Sends the blocks that hold data and are not there yet, those that are all zeros left out. */
export async function putBlocks(
  disk: OpenDisk,
  upload: Upload,
  meter: ProgressMeter,
  { cloud, build }: AmazonWork,
): Promise<void> {
  const stop = new AbortController();
  const there = cloud.under(AbortSignal.any([build.signal, stop.signal]));
  await using file = await open(disk.path);
  using _small = keepHeapSmall();
  const blocks = blocksOf(disk.extents);
  const work = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(BLOCK_SIZE);
    // All workers take from the one list; each has one block in its hands.
    for (let next = blocks.next(); next.done !== true; next = blocks.next()) {
      const block = next.value;
      if (!upload.record.digests.has(block.index)) {
        await readBlock(file, block, buffer);
        if (!buffer.equals(zeros)) await putBlock(block.index, buffer, upload, there);
      }
      meter.add(BLOCK_SIZE);
    }
  };
  let failure: { readonly error: unknown } | undefined;
  const working = Array.from({ length: Math.min(IN_FLIGHT, disk.blocks) }, () =>
    work().catch((error: unknown) => {
      // The others end because of this one.
      failure ??= { error };
      stop.abort();
    }),
  );
  await Promise.all(working);
  if (failure !== undefined) throw failure.error;
}
