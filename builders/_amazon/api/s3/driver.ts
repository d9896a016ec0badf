import * as S3 from '@aws-sdk/client-s3';
import type { CallsOf, CommandsOf } from '../commands.ts';

type S3Name =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CreateMultipartUpload'
  | 'DeleteObject'
  | 'HeadObject'
  | 'ListMultipartUploads'
  | 'UploadPart';

export type S3Calls = CallsOf<typeof S3, S3Name>;

/** The operations by their names. */
export const commands: CommandsOf<typeof S3, S3Name> = {
  AbortMultipartUpload: S3.AbortMultipartUploadCommand,
  CompleteMultipartUpload: S3.CompleteMultipartUploadCommand,
  CreateMultipartUpload: S3.CreateMultipartUploadCommand,
  DeleteObject: S3.DeleteObjectCommand,
  HeadObject: S3.HeadObjectCommand,
  ListMultipartUploads: S3.ListMultipartUploadsCommand,
  UploadPart: S3.UploadPartCommand,
};

export { S3Client } from '@aws-sdk/client-s3';
