import { damaged, refused } from '../../../_transfer/failure.ts';
import { halfText } from '../half.ts';
import { markedRetention, metadataOf } from '../_objects/marks.ts';
import type { Half, Store, UploadFile, UploadInParts } from '../store.ts';
import type { S3Call } from './driver.ts';
import { isDenied, isForbidden, isMissing, s3Failure } from './failure.ts';
import { atOnceOf, crcOf, isSame, partSizeOf, type S3Part } from './parts.ts';

export interface S3Bucket {
  readonly bucket: string;
  readonly storageClass: string | undefined;
  readonly call: S3Call;
  readonly signal: AbortSignal;
  close(): void;
}

/** A clock that is a little ahead of S3's must not hide an upload. Milliseconds. */
const CLOCKS_DIFFER = 60_000;

function keyOf(name: string): string {
  return name.slice(1);
}

/** A bucket: an object is there when its upload is completed, and not before. */
export function s3Store(place: S3Bucket): Store {
  const { bucket: Bucket, storageClass, call: unnamed, signal } = place;
  const urlOf = (name: string): string => `s3://${Bucket}${name}`;

  const call: S3Call = async (name, input, stop) => {
    try {
      return await unnamed(name, input, stop);
    } catch (error) {
      throw isMissing(error) || isForbidden(error) ? error : s3Failure(error, `s3://${Bucket}`, stop);
    }
  };

  /** What is missing or forbidden in words, too. */
  async function inWords<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw s3Failure(error, `s3://${Bucket}`, signal);
    }
  }

  async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (!isMissing(error)) throw s3Failure(error, `s3://${Bucket}`, signal);
      return undefined;
    }
  }

  async function metadata(name: string): Promise<Record<string, string> | undefined> {
    const head = await unlessMissing(call('HeadObject', { Bucket, Key: keyOf(name) }, signal));
    return head && (head.Metadata ?? {});
  }

  /** The parts that are there; undefined when there is no such upload. */
  async function partsOf(place: {
    readonly Bucket: string;
    readonly Key: string;
    readonly UploadId: string;
  }): Promise<Map<number, S3Part> | undefined> {
    const parts = new Map<number, S3Part>();
    for (let after: string | undefined; ;) {
      const marker = after === undefined ? {} : { PartNumberMarker: after };
      const answer = await unlessMissing(call('ListParts', { ...place, ...marker }, signal));
      if (answer === undefined) return undefined;
      for (const { PartNumber = 0, ETag = '', ChecksumCRC32, Size = 0 } of answer.Parts ?? []) {
        const checksum = ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 };
        parts.set(PartNumber, { PartNumber, ETag, Size, ...checksum });
      }
      if (answer.IsTruncated !== true) return parts;
      after = answer.NextPartNumberMarker;
    }
  }

  async function publish(half: Half, parts: Map<number, S3Part>, file: UploadFile): Promise<void> {
    const upload = { Bucket, Key: halfText(half, 'key'), UploadId: halfText(half, 'upload') };
    const Parts = [...parts.values()]
      .sort((one, other) => one.PartNumber - other.PartNumber)
      .map(({ Size: _, ...part }) => part);
    // S3 compares each part's checksum with that of what it has.
    const done = await unlessMissing(
      call('CompleteMultipartUpload', { ...upload, MultipartUpload: { Parts } }, signal),
    );
    const head = await inWords(call('HeadObject', { Bucket, Key: upload.Key }, signal));
    const isOurs = head.Metadata?.['kiln-token'] === halfText(half, 'token');
    if (done === undefined && !isOurs) throw damaged(urlOf(file.name), 'the upload is gone');
    if (isOurs && head.ContentLength !== file.size) {
      throw damaged(urlOf(file.name), `${head.ContentLength ?? 0} of ${file.size} bytes are there`);
    }
  }

  function uploadTo(half: Half, parts: Map<number, S3Part>, file: UploadFile): UploadInParts {
    const upload = { Bucket, Key: halfText(half, 'key'), UploadId: halfText(half, 'upload') };
    const partSize = partSizeOf(file.size);
    return {
      partSize,
      atOnce: atOnceOf(partSize),
      isThere: ({ index }, bytes) => isSame(parts.get(index + 1), bytes),
      put: async ({ index }, Body, stop) => {
        const PartNumber = index + 1;
        const ChecksumCRC32 = crcOf(Body);
        const { ETag = '', ...told } = await inWords(
          call('UploadPart', { ...upload, PartNumber, Body, ChecksumCRC32 }, stop),
        );
        const checksum = told.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 };
        parts.set(PartNumber, { PartNumber, ETag, Size: Body.length, ...checksum });
      },
      publish: () => publish(half, parts, file),
    };
  }

  return {
    urlOf,
    check: async () => {
      try {
        await call('HeadBucket', { Bucket }, signal);
      } catch (error) {
        if (isMissing(error)) throw refused(`there is no bucket ${Bucket}`, undefined, error);
        if (!isForbidden(error)) throw error;
        // Who may only write is not told of the bucket; why, a request with an answer says.
        await call('ListObjectsV2', { Bucket, MaxKeys: 1 }, signal).catch((reason: unknown) => {
          if (!isDenied(reason)) throw s3Failure(reason, `s3://${Bucket}`, signal);
        });
      }
    },
    begin: async ({ name, mark }, token) => {
      const Key = keyOf(name);
      const { UploadId = '' } = await inWords(
        call(
          'CreateMultipartUpload',
          {
            Bucket,
            Key,
            Metadata: metadataOf(mark, token),
            ChecksumAlgorithm: 'CRC32',
            ...(storageClass === undefined ? {} : { StorageClass: storageClass as 'STANDARD' }),
          },
          signal,
        ),
      );
      return { key: Key, upload: UploadId, token };
    },
    open: async (half, file) => {
      const upload = { Bucket, Key: halfText(half, 'key'), UploadId: halfText(half, 'upload') };
      const parts = await partsOf(upload);
      if (parts !== undefined) return uploadTo(half, parts, file);
      return (await metadata(file.name))?.['kiln-token'] === halfText(half, 'token') ? 'published' : undefined;
    },
    discard: async (half) => {
      const upload = { Bucket, Key: halfText(half, 'key'), UploadId: halfText(half, 'upload') };
      await unlessMissing(call('AbortMultipartUpload', upload, signal));
    },
    find: async (token, name, since) => {
      const Key = keyOf(name);
      const answer = await unlessMissing(call('ListMultipartUploads', { Bucket, Prefix: Key }, signal));
      // Uploads cannot be asked for their metadata: those of this name that began when ours did.
      const own = (answer?.Uploads ?? []).filter(
        (each) => each.Key === Key && (each.Initiated?.getTime() ?? 0) >= since - CLOCKS_DIFFER,
      );
      return own.map(({ UploadId = '' }) => ({ key: Key, upload: UploadId, token }));
    },
    retention: markedRetention({
      list: async (prefix) => {
        const names: string[] = [];
        for (let after: string | undefined; ;) {
          const next = after === undefined ? {} : { ContinuationToken: after };
          const answer = await inWords(
            call('ListObjectsV2', { Bucket, Prefix: keyOf(prefix), Delimiter: '/', ...next }, signal),
          );
          names.push(...(answer.Contents ?? []).map(({ Key = '' }) => `/${Key}`));
          if (answer.IsTruncated !== true) return names;
          after = answer.NextContinuationToken;
        }
      },
      metadata,
      remove: async (name) => {
        await unlessMissing(call('DeleteObject', { Bucket, Key: keyOf(name) }, signal));
      },
    }),
    close: () => {
      place.close();
      return Promise.resolve();
    },
  };
}
