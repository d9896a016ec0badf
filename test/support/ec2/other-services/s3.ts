import { createHash, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { runCall } from '../run-call.ts';
import { AwsProblem } from '../problem.ts';
import { xmlText } from '../protocol/encode-xml.ts';
import type { Answer } from '../../cloud/server.ts';
import type { Service } from '../protocol/service.ts';
import type { SignedRequest } from '../protocol/sign-v4.ts';
import type { Bucket, World } from '../world.ts';

const TYPE = 'application/xml';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function tag(data: Buffer): string {
  return `"${createHash('md5').update(data).digest('hex')}"`;
}

function bucketNamed(world: World, name: string): Bucket {
  const bucket = world.buckets.get(name);
  if (bucket === undefined) throw new AwsProblem('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

function done(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer {
  return { status, type: TYPE, body, headers };
}

interface S3Request {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly request: SignedRequest;
}

/** The bytes of a body that came with "aws-chunked" framing, or as they are. */
function payload(request: SignedRequest): Buffer {
  if (!(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return request.body;
  const parts: Buffer[] = [];
  for (let at = 0; at < request.body.length;) {
    const end = request.body.indexOf('\r\n', at);
    const size = parseInt(request.body.toString('latin1', at, end), 16);
    if (!(size > 0)) break;
    parts.push(request.body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** The body of an upload, whose checksum S3 compares when the client sends one. */
function checkedPayload(request: SignedRequest): Buffer {
  const data = payload(request);
  const sent = request.headers['x-amz-checksum-crc32'];
  if (sent !== undefined && sent !== crcOf(data)) {
    throw new AwsProblem('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
  return data;
}

function crcOf(data: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
}

function metadataOf(request: SignedRequest): Readonly<Record<string, string>> {
  const prefix = 'x-amz-meta-';
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      name.startsWith(prefix) && typeof value === 'string' ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

function checkEncryption(request: SignedRequest): string | undefined {
  const kind = request.headers['x-amz-server-side-encryption'];
  if (kind === undefined) return undefined;
  if (kind !== 'AES256' && kind !== 'aws:kms') {
    throw new AwsProblem('InvalidArgument', 'The encryption method specified is not supported');
  }
  return kind;
}

const ACTIONS: Readonly<Record<string, (world: World, given: S3Request) => Answer>> = {
  CreateBucket: (world, { bucket }) => {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
      throw new AwsProblem('InvalidBucketName', 'The specified bucket is not valid.');
    }
    if (world.buckets.has(bucket)) throw new AwsProblem('BucketAlreadyOwnedByYou', 'You own it already', 409);
    world.buckets.set(bucket, { objects: new Map(), uploads: new Map() });
    return done(200, { location: `/${bucket}` });
  },

  HeadBucket: (world, { bucket }) => {
    bucketNamed(world, bucket);
    return done(200, { 'x-amz-bucket-region': 'us-east-1' });
  },

  ListObjectsV2: (world, { bucket, query }) => {
    const prefix = query.get('prefix') ?? '';
    const found = [...bucketNamed(world, bucket).objects].filter(([key]) => key.startsWith(prefix));
    const contents = found.map(
      ([key, { data }]) =>
        `<Contents><Key>${xmlText(key)}</Key><Size>${data.length}</Size><ETag>${tag(data)}</ETag></Contents>`,
    );
    const counts = `<Name>${bucket}</Name><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>`;
    return done(200, {}, `${HEAD}<ListBucketResult>${counts}${contents.join('')}</ListBucketResult>`);
  },

  PutObject: (world, { bucket, key, request }) => {
    const data = checkedPayload(request);
    const stored = { data, encryption: checkEncryption(request), metadata: metadataOf(request) };
    bucketNamed(world, bucket).objects.set(key, stored);
    return done(200, { etag: tag(data) });
  },

  GetObject: (world, { bucket, key }) => {
    const found = bucketNamed(world, bucket).objects.get(key);
    if (found === undefined) throw new AwsProblem('NoSuchKey', 'The specified key does not exist.', 404);
    return { status: 200, type: 'application/octet-stream', body: found.data, headers: { etag: tag(found.data) } };
  },

  HeadObject: (world, { bucket, key }) => {
    const found = bucketNamed(world, bucket).objects.get(key);
    if (found === undefined) throw new AwsProblem('NotFound', '', 404);
    const metadata = Object.entries(found.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
    const own = { 'content-length': String(found.data.length), etag: tag(found.data) };
    return done(200, { ...own, ...Object.fromEntries(metadata) });
  },

  DeleteObject: (world, { bucket, key }) => {
    bucketNamed(world, bucket).objects.delete(key);
    return done(204);
  },

  CreateMultipartUpload: (world, { bucket, key, request }) => {
    const id = randomUUID();
    bucketNamed(world, bucket).uploads.set(id, {
      key,
      parts: new Map(),
      encryption: checkEncryption(request),
      metadata: metadataOf(request),
      initiated: new Date(),
    });
    const inside = `<Bucket>${bucket}</Bucket><Key>${xmlText(key)}</Key><UploadId>${id}</UploadId>`;
    return done(200, {}, `${HEAD}<InitiateMultipartUploadResult>${inside}</InitiateMultipartUploadResult>`);
  },

  UploadPart: (world, { bucket, query, request }) => {
    const upload = bucketNamed(world, bucket).uploads.get(query.get('uploadId') ?? '');
    if (upload === undefined) throw new AwsProblem('NoSuchUpload', 'The specified upload does not exist.', 404);
    const number = Number(query.get('partNumber'));
    if (!(number >= 1 && number <= 10_000)) {
      throw new AwsProblem('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    }
    const data = checkedPayload(request);
    upload.parts.set(number, data);
    const sent = request.headers['x-amz-checksum-crc32'];
    return done(200, { etag: tag(data), ...(sent === undefined ? {} : { 'x-amz-checksum-crc32': crcOf(data) }) });
  },

  CompleteMultipartUpload: (world, { bucket, key, query, request }) => {
    const place = bucketNamed(world, bucket);
    const id = query.get('uploadId') ?? '';
    const upload = place.uploads.get(id);
    if (upload === undefined) throw new AwsProblem('NoSuchUpload', 'The specified upload does not exist.', 404);
    const parts = [...request.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => {
      const number = Number(/<PartNumber>(\d+)</.exec(part)?.[1]);
      const data = upload.parts.get(number);
      const sent = /<ETag>(?:&quot;|")?([0-9a-f]+)/.exec(part)?.[1] ?? '';
      if (data === undefined || !tag(data).includes(sent))
        throw new AwsProblem('InvalidPart', `Part ${number} is not there.`);
      return { number, data };
    });
    if (parts.some(({ number }, index) => number <= (parts[index - 1]?.number ?? 0))) {
      throw new AwsProblem('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    if (parts.slice(0, -1).some(({ data }) => data.length < 5_242_880)) {
      throw new AwsProblem('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    const data = Buffer.concat(parts.map((part) => part.data));
    place.objects.set(key, { data, encryption: upload.encryption, metadata: upload.metadata });
    place.uploads.delete(id);
    const inside = `<Bucket>${bucket}</Bucket><Key>${xmlText(key)}</Key><ETag>${tag(data)}</ETag>`;
    return done(200, {}, `${HEAD}<CompleteMultipartUploadResult>${inside}</CompleteMultipartUploadResult>`);
  },

  AbortMultipartUpload: (world, { bucket, query }) => {
    if (!bucketNamed(world, bucket).uploads.delete(query.get('uploadId') ?? '')) {
      throw new AwsProblem('NoSuchUpload', 'The specified upload does not exist.', 404);
    }
    return done(204);
  },

  ListMultipartUploads: (world, { bucket, query }) => {
    const prefix = query.get('prefix') ?? '';
    const found = [...bucketNamed(world, bucket).uploads].filter(([, { key }]) => key.startsWith(prefix));
    const uploads = found.map(
      ([id, { key, initiated }]) =>
        `<Upload><Key>${xmlText(key)}</Key><UploadId>${id}</UploadId>` +
        `<Initiated>${initiated.toISOString()}</Initiated></Upload>`,
    );
    const about = `<Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>`;
    return done(200, {}, `${HEAD}<ListMultipartUploadsResult>${about}${uploads.join('')}</ListMultipartUploadsResult>`);
  },
};

function actionOf(method: string, key: string, query: URLSearchParams): string {
  if (key === '' && method === 'GET' && query.has('uploads')) return 'ListMultipartUploads';
  if (key === '') return { PUT: 'CreateBucket', HEAD: 'HeadBucket', GET: 'ListObjectsV2' }[method] ?? method;
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) {
    return { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method] ?? method;
  }
  return { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? method;
}

/** As much of S3 as an import needs. Paths hold the bucket ("forcePathStyle"), or the host name does. */
export function s3Service(): Service {
  return {
    failure: (problem) => {
      const inside = `<Code>${xmlText(problem.code)}</Code><Message>${xmlText(problem.message)}</Message>`;
      return done(problem.status, {}, `${HEAD}<Error>${inside}<RequestId>${randomUUID()}</RequestId></Error>`);
    },
    answer: async (world, scope, request) => {
      const url = new URL(request.url, 'http://s3');
      const host = /^(.+)\.(?:localhost|127\.0\.0\.1)(?::\d+)?$/.exec(request.headers.host ?? '')?.[1];
      const path = decodeURIComponent(url.pathname).slice(1);
      const bucket = host ?? path.split('/')[0] ?? '';
      const key = host === undefined ? path.slice(bucket.length + 1) : path;
      const name = actionOf(request.method, key, url.searchParams);
      const action = ACTIONS[name];
      if (action === undefined) throw new AwsProblem('NotImplemented', `The test server has no ${name}.`, 501);
      const given = { bucket, key, query: url.searchParams, request };
      const noted = { Bucket: bucket, Key: key };
      return (await runCall(world, scope, name, noted, () => action(world, given))) as Answer;
    },
  };
}
