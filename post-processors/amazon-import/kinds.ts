import {
  readLocator,
  OWN_TAGS,
  type CloudKind,
  type CloudRelease,
  type Locator,
  type PollResult,
} from '../../plugins/sdk/cloud.ts';
import type { Cloud } from '../../builders/_amazon/api/cloud.ts';
import { amazonCode, isNotFound } from '../../builders/_amazon/api/failure.ts';
import { amazonKinds, kindOf, type AmazonKinds } from '../../builders/_amazon/kinds/kinds.ts';
import { releaseImage, releaseSnapshot, snapshotsMarked } from '../../builders/_amazon/kinds/release.ts';
import { removeRecord } from './upload-record.ts';

export interface ImportKinds extends Pick<AmazonKinds, 'image'> {
  /** A snapshot that is written block by block; locator: `records`, the directory of its record. */
  readonly upload: CloudKind;
  /** An import of AWS's, and the image that it makes. */
  readonly task: CloudKind;
  /** An object in a bucket, or what is there of it; its id is that of its upload. Locator: `bucket`, `key`. */
  readonly object: CloudKind;
}

/** Metadata of an object: the upload that wrote it. */
export const OBJECT_MARK = 'kiln-token';

/** An image that the task has made by now goes with it. */
async function releaseTask(id: string, cloud: Cloud, locator: Locator, context: CloudRelease): Promise<void> {
  await cloud.ec2('CancelImportTask', { ImportTaskId: id }).catch((error: unknown) => {
    // It is over already.
    if (!/^(InvalidConversionTaskId|IncorrectState|InvalidParameter)/.test(amazonCode(error) ?? '')) throw error;
  });
  const look = async (): Promise<PollResult<string | undefined>> => {
    const { ImportImageTasks = [] } = await cloud.ec2('DescribeImportImageTasks', { ImportTaskIds: [id] });
    const { Status: state = 'deleted', ImageId } = ImportImageTasks[0] ?? {};
    return state === 'active' || state === 'deleting' ? { state } : { done: ImageId };
  };
  const image = await context.waitUntilGone({ what: `the import ${id} to end`, look }).catch((error: unknown) => {
    if (amazonCode(error)?.startsWith('InvalidConversionTaskId') !== true) throw error;
    return undefined;
  });
  if (image !== undefined) await releaseImage(image, cloud, locator, context);
}

/** They cannot be asked for by their tags. */
async function findTask(token: string, cloud: Cloud): Promise<readonly (string | undefined)[]> {
  const { ImportImageTasks = [] } = await cloud.ec2('DescribeImportImageTasks', {});
  return ImportImageTasks.filter(({ Tags = [] }) =>
    Tags.some(({ Key, Value }) => Key === OWN_TAGS.token && Value === token),
  ).map(({ ImportTaskId }) => ImportTaskId);
}

/** Bucket and key in the locator of an object. */
export function placeOf(locator: Locator): { Bucket: string; Key: string } {
  return { Bucket: locator.text('bucket'), Key: locator.text('key') };
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isNotFound(error) && !/^NoSuch/.test(amazonCode(error) ?? '')) throw error;
  });
}

/** Removes what is there of the object, but not one of the same name that is somebody else's. */
async function releaseObject(UploadId: string, cloud: Cloud, locator: Locator): Promise<void> {
  const place = placeOf(locator);
  await unlessGone(cloud.s3('AbortMultipartUpload', { ...place, UploadId }));
  const there = await cloud.s3('HeadObject', place).catch((error: unknown) => {
    if (!isNotFound(error) && !/^NoSuch/.test(amazonCode(error) ?? '')) throw error;
    return undefined;
  });
  if (there?.Metadata?.[OBJECT_MARK] === locator.text('mark')) await cloud.s3('DeleteObject', place);
}

/** Uploads have no tags: those of this name that began when ours did. */
export async function findUploads(cloud: Cloud, locator: Locator): Promise<readonly string[]> {
  const { Bucket, Key } = placeOf(locator);
  const { Uploads = [] } = await cloud.s3('ListMultipartUploads', { Bucket, Prefix: Key });
  const since = Date.parse(locator.text('since'));
  return Uploads.filter((each) => each.Key === Key && (each.Initiated?.getTime() ?? 0) >= since).map(
    ({ UploadId = '' }) => UploadId,
  );
}

export const importKinds: ImportKinds = {
  image: amazonKinds('amazon-import').image,
  upload: {
    ...kindOf('amazon-import:upload', {
      release: async (id, cloud, locator, context) => {
        await removeRecord(locator.text('records'), id);
        await releaseSnapshot(id, cloud, locator, context);
      },
      find: (token, cloud) => snapshotsMarked([token], cloud),
      manualCommand: (id) => `ec2 delete-snapshot --snapshot-id ${id}`,
    }),
    lasting: true,
  },
  task: kindOf('amazon-import:task', {
    release: releaseTask,
    find: findTask,
    manualCommand: (id) => `ec2 cancel-import-task --import-task-id ${id}`,
  }),
  object: {
    ...kindOf('amazon-import:object', {
      release: releaseObject,
      find: (_token, cloud, locator) => findUploads(cloud, locator),
      manualCommand: () => '',
    }),
    manualCommand: (id, locator) => {
      const { Bucket, Key } = placeOf(readLocator(locator));
      const place = `--bucket ${Bucket} --key ${Key}`;
      return `aws s3api abort-multipart-upload ${place} --upload-id ${id}; aws s3api delete-object ${place}`;
    },
  },
};
