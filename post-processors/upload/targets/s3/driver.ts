import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import * as S3 from '@aws-sdk/client-s3';

/** How a bucket is reached; credentials come by the SDK's own chain. */
export interface S3Settings {
  readonly region: string | undefined;
  /** Of a service other than AWS. */
  readonly endpoint: string | undefined;
  /** Milliseconds after which a connection over which nothing moves counts as lost. */
  readonly silence: number;
  readonly maxSockets: number;
}

interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** The operations, with the SDK's own types. */
interface Calls {
  readonly AbortMultipartUpload: Call<S3.AbortMultipartUploadCommandInput, S3.AbortMultipartUploadCommandOutput>;
  readonly CompleteMultipartUpload: Call<
    S3.CompleteMultipartUploadCommandInput,
    S3.CompleteMultipartUploadCommandOutput
  >;
  readonly CreateMultipartUpload: Call<S3.CreateMultipartUploadCommandInput, S3.CreateMultipartUploadCommandOutput>;
  readonly DeleteObject: Call<S3.DeleteObjectCommandInput, S3.DeleteObjectCommandOutput>;
  readonly HeadBucket: Call<S3.HeadBucketCommandInput, S3.HeadBucketCommandOutput>;
  readonly HeadObject: Call<S3.HeadObjectCommandInput, S3.HeadObjectCommandOutput>;
  readonly ListMultipartUploads: Call<S3.ListMultipartUploadsCommandInput, S3.ListMultipartUploadsCommandOutput>;
  readonly ListObjectsV2: Call<S3.ListObjectsV2CommandInput, S3.ListObjectsV2CommandOutput>;
  readonly ListParts: Call<S3.ListPartsCommandInput, S3.ListPartsCommandOutput>;
  readonly UploadPart: Call<S3.UploadPartCommandInput, S3.UploadPartCommandOutput>;
}

const commands: Readonly<Record<keyof Calls, new (input: never) => object>> = {
  AbortMultipartUpload: S3.AbortMultipartUploadCommand,
  CompleteMultipartUpload: S3.CompleteMultipartUploadCommand,
  CreateMultipartUpload: S3.CreateMultipartUploadCommand,
  DeleteObject: S3.DeleteObjectCommand,
  HeadBucket: S3.HeadBucketCommand,
  HeadObject: S3.HeadObjectCommand,
  ListMultipartUploads: S3.ListMultipartUploadsCommand,
  ListObjectsV2: S3.ListObjectsV2Command,
  ListParts: S3.ListPartsCommand,
  UploadPart: S3.UploadPartCommand,
};

/** Makes one call, once. Throws the SDK's own errors. */
export type S3Call = <Name extends keyof Calls>(
  name: Name,
  input: Calls[Name]['input'],
  signal: AbortSignal,
) => Promise<Calls[Name]['output']>;

export interface S3Connection {
  readonly call: S3Call;
  close(): void;
}

function silent(): void {
  return undefined;
}

/** A body that is protected by TLS and has a checksum of its own is not hashed once more to sign it. */
function leaveBodyUnsigned(client: S3.S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { protocol: string; body?: unknown; headers: Record<string, string> };
      if (request.protocol === 'https:' && request.body instanceof Uint8Array) {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'leaveBodyUnsigned' },
  );
}

export function connectS3({ region, endpoint, silence, maxSockets }: S3Settings): S3Connection {
  const agent = { keepAlive: true, maxSockets, proxyEnv: process.env };
  const client = new S3.S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined && endpoint !== undefined ? { region: 'us-east-1' } : {}),
    followRegionRedirects: endpoint === undefined,
    maxAttempts: 1,
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      connectionTimeout: Math.min(silence, 10_000),
      socketTimeout: silence,
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
    },
  });
  leaveBodyUnsigned(client);
  const send = client.send.bind(client) as unknown as (
    command: object,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<never>;
  return {
    call: (name, input, abortSignal) => send(new commands[name](input as never), { abortSignal }),
    close: () => client.destroy(),
  };
}
