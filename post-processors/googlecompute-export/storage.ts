import { storageAccess } from '../../builders/_googlecompute/api/storage-access.ts';
import type { LoginOptions } from '../../builders/_googlecompute/credentials/login-options.ts';
import { openBucket, type Bucket } from '../_google-storage/bucket.ts';

/** Milliseconds after which a connection over which nothing moves counts as lost. */
const SILENCE = 60_000;

/** A bucket, by the way into Google that the options name. */
export function openStorage(bucket: string, options: LoginOptions, signal: AbortSignal): Bucket {
  const access = storageAccess(options);
  const server = { origin: access.origin, login: {}, ca: undefined, silence: SILENCE, signal };
  return openBucket({ bucket, server, login: () => access.headers() });
}
