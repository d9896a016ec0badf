import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type * as S3 from '@aws-sdk/client-s3';
import type { Call } from '../driver.ts';

export interface S3Calls {
  readonly AbortMultipartUpload: Call<S3.AbortMultipartUploadCommandInput, S3.AbortMultipartUploadCommandOutput>;
  readonly CompleteMultipartUpload: Call<
    S3.CompleteMultipartUploadCommandInput,
    S3.CompleteMultipartUploadCommandOutput
  >;
  readonly CreateMultipartUpload: Call<S3.CreateMultipartUploadCommandInput, S3.CreateMultipartUploadCommandOutput>;
  readonly DeleteObject: Call<S3.DeleteObjectCommandInput, S3.DeleteObjectCommandOutput>;
  readonly HeadObject: Call<S3.HeadObjectCommandInput, S3.HeadObjectCommandOutput>;
  readonly ListMultipartUploads: Call<S3.ListMultipartUploadsCommandInput, S3.ListMultipartUploadsCommandOutput>;
  readonly UploadPart: Call<S3.UploadPartCommandInput, S3.UploadPartCommandOutput>;
}

/** The operations by their names. */
export const commands: { readonly [Name in keyof S3Calls]: new (input: never) => object } = {
  AbortMultipartUpload: AbortMultipartUploadCommand,
  CompleteMultipartUpload: CompleteMultipartUploadCommand,
  CreateMultipartUpload: CreateMultipartUploadCommand,
  DeleteObject: DeleteObjectCommand,
  HeadObject: HeadObjectCommand,
  ListMultipartUploads: ListMultipartUploadsCommand,
  UploadPart: UploadPartCommand,
};

export { S3Client };
