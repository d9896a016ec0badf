import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Named {
  readonly name: string;
  /** What "?archive=" says of the packing: a name, or that there is none ("false"). Taken out of path and URL. */
  readonly archive?: string;
}

export type Location =
  ({ readonly kind: 'file'; readonly path: string } & Named) | ({ readonly kind: 'web'; readonly url: string } & Named);

const ARCHIVE = /([?&])archive=([^&#]*)(&?)/i;

/** The text without "archive=", and what that was. */
function withoutArchive(text: string): { readonly text: string; readonly archive?: string } {
  const archive = ARCHIVE.exec(text)?.[2];
  if (archive === undefined) return { text };
  const rest = text.replace(ARCHIVE, (_whole, before: string, _value, after: string) => (after === '' ? '' : before));
  return { text: rest, archive };
}

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
  const { text, ...archive } = withoutArchive(objectUrl(given));
  const location = plainLocation(text);
  return location === undefined ? undefined : { ...location, ...archive };
}

function plainLocation(text: string): Location | undefined {
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
