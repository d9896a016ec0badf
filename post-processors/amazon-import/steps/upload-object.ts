import { readLocator } from '../../../plugins/sdk/cloud.ts';
import { open, stat } from 'node:fs/promises';
import type { Acquired, JsonObject } from '../../../plugins/sdk/index.ts';
import { locatorOf } from '../../../builders/_amazon/amazon-build.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';
import type { ImportWork } from '../image.ts';
import { findUploads, importKinds, OBJECT_MARK, placeOf } from '../kinds.ts';

export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  readonly acquired: Acquired<string, undefined>;
}

const MIB = 1_048_576;
const MOST_PARTS = 10_000;
/** Bytes of all parts on their way. */
const IN_FLIGHT = 64 * MIB;

/** Bytes of a part: S3 takes 10,000 of them, of 5 MiB at least. */
export function partSize(size: number): number {
  return Math.max(8 * MIB, Math.ceil(size / MOST_PARTS / MIB) * MIB);
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly ChecksumCRC32?: string;
}

async function uploadParts(
  path: string,
  place: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  { cloud, build, run }: ImportWork,
): Promise<Part[]> {
  const { size } = await stat(path);
  const length = partSize(size);
  const count = Math.max(1, Math.ceil(size / length));
  const stop = new AbortController();
  const there = cloud.under(AbortSignal.any([build.signal, stop.signal]));
  const meter = progressMeter(`upload to ${place.Bucket}/${place.Key}`, size, run);
  const parts: Part[] = [];
  await using file = await open(path);
  let next = 1;
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (next <= count) {
      const PartNumber = next;
      next += 1;
      const from = (PartNumber - 1) * length;
      const Body = Buffer.allocUnsafeSlow(Math.min(length, size - from));
      await file.read(Body, 0, Body.length, from);
      const { ETag = '', ChecksumCRC32 } = await there.s3('UploadPart', { ...place, PartNumber, Body });
      parts.push({ PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) });
      meter.add(Body.length);
    }
  };
  const workers = Math.min(count, Math.max(1, Math.floor(IN_FLIGHT / length)));
  const working = Array.from({ length: workers }, () =>
    work().catch((error: unknown) => {
      failure ??= { error };
      stop.abort();
    }),
  );
  await Promise.all(working);
  if (failure !== undefined) throw failure.error;
  meter.finish();
  return parts.sort((one, other) => one.PartNumber - other.PartNumber);
}

/** The call has no token that S3 knows it by: when a reply was lost, the next attempt begins another upload. */
async function removeDoubles(own: string, locator: JsonObject, { cloud }: ImportWork): Promise<void> {
  for (const UploadId of await findUploads(cloud, readLocator(locator))) {
    if (UploadId !== own) await cloud.s3('AbortMultipartUpload', { ...placeOf(readLocator(locator)), UploadId });
  }
}

/** Puts the file into the bucket, in parts. It goes with the scope, whether the import succeeds or not. */
export async function uploadObject(path: string, key: string, work: ImportWork): Promise<UploadedObject> {
  const { cloud, run, config } = work;
  const { s3_bucket_name: bucket = '', s3_encryption: encryption, s3_encryption_key: kmsKey = '' } = config;
  const mark: string = crypto.randomUUID();
  // A clock that is a little ahead of S3's must not hide it.
  const since = new Date(Date.now() - 60_000).toISOString();
  const locator = locatorOf(cloud, { bucket, key, mark, since });
  const acquired = await run.acquire(importKinds.object, {
    describe: `object ${key} in the bucket ${bucket}`,
    locator,
    create: (token) =>
      importKinds.object.createUnlessRefused(token, async () => {
        const { UploadId = '', $metadata } = await cloud.s3('CreateMultipartUpload', {
          Bucket: bucket,
          Key: key,
          Metadata: { [OBJECT_MARK]: mark },
          ChecksumAlgorithm: 'CRC32',
          ...(encryption === undefined ? {} : { ServerSideEncryption: encryption }),
          ...(kmsKey === '' ? {} : { SSEKMSKeyId: kmsKey }),
        });
        if (($metadata.attempts ?? 1) > 1) await removeDoubles(UploadId, locator, work);
        return { id: UploadId, handle: undefined };
      }),
  });
  const place = { Bucket: bucket, Key: key, UploadId: acquired.id };
  run.say(`uploading ${path} to s3://${bucket}/${key}`);
  const Parts = await uploadParts(path, place, work);
  await cloud.s3('CompleteMultipartUpload', { ...place, MultipartUpload: { Parts } });
  return { bucket, key, acquired };
}
