import { CompleteSnapshotCommand, EBSClient, PutSnapshotBlockCommand, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import type * as Ebs from '@aws-sdk/client-ebs';
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

export interface EbsCalls {
  readonly CompleteSnapshot: Call<Ebs.CompleteSnapshotCommandInput, Ebs.CompleteSnapshotCommandOutput>;
  readonly PutSnapshotBlock: Call<Ebs.PutSnapshotBlockCommandInput, Ebs.PutSnapshotBlockCommandOutput>;
  readonly StartSnapshot: Call<Ebs.StartSnapshotCommandInput, Ebs.StartSnapshotCommandOutput>;
}

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

type Commands<Calls> = { readonly [Name in keyof Calls]: new (input: never) => object };

const ebsCommands: Commands<EbsCalls> = {
  CompleteSnapshot: CompleteSnapshotCommand,
  PutSnapshotBlock: PutSnapshotBlockCommand,
  StartSnapshot: StartSnapshotCommand,
};

const s3Commands: Commands<S3Calls> = {
  AbortMultipartUpload: AbortMultipartUploadCommand,
  CompleteMultipartUpload: CompleteMultipartUploadCommand,
  CreateMultipartUpload: CreateMultipartUploadCommand,
  DeleteObject: DeleteObjectCommand,
  HeadObject: HeadObjectCommand,
  ListMultipartUploads: ListMultipartUploadsCommand,
  UploadPart: UploadPartCommand,
};

/** The operations by their names. */
export const commands: { readonly ebs: Commands<EbsCalls>; readonly s3: Commands<S3Calls> } = {
  ebs: ebsCommands,
  s3: s3Commands,
};

export { EBSClient, S3Client };
