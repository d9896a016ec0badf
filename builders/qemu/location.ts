import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Location =
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'web'; readonly url: string; readonly name: string };

/**
 * The address at which a public object of a store is read, for the forms that Packer's templates have
 * ("s3://bucket/key", "s3::https://…", "gcs::https://www.googleapis.com/storage/v1/bucket/key").
 */
function objectUrl(text: string): string {
  const [, scheme, bucket = '', key = ''] = /^(s3|gs|gcs):\/\/([^/]+)\/(.+)$/i.exec(text) ?? [];
  if (scheme?.toLowerCase() === 's3') {
    // A bucket with dots in its name has no certificate of its own.
    return bucket.includes('.')
      ? `https://s3.amazonaws.com/${bucket}/${key}`
      : `https://${bucket}.s3.amazonaws.com/${key}`;
  }
  if (scheme !== undefined) return `https://storage.googleapis.com/${bucket}/${key}`;
  const forced = /^(?:s3|gcs)::(https?:\/\/.+)$/i.exec(text)?.[1];
  return forced?.replace('://www.googleapis.com/storage/v1/', '://storage.googleapis.com/') ?? text;
}

/**
 * Where a file is: an absolute path, or a URL with http or https, also for an object of S3 or of Google's storage;
 * undefined for other kinds of URL.
 */
export function parseLocation(given: string): Location | undefined {
  const text = objectUrl(given);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return file(text);
  if (scheme === 'http' || scheme === 'https') {
    if (!URL.canParse(text)) return undefined;
    return { kind: 'web', url: text, name: basename(decodePath(new URL(text).pathname)) };
  }
  if (scheme !== 'file') return undefined;
  if (/^file:\/\/\//i.test(text)) return URL.canParse(text) ? file(fileURLToPath(text)) : undefined;
  return file(text.replace(/^file:(\/\/)?/i, ''));
}

function file(path: string): Location | undefined {
  return path === '' ? undefined : { kind: 'file', path: resolve(path), name: basename(path) };
}

/** A URL's path without percent signs, where they are what they seem. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
