import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Location =
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'web'; readonly url: string; readonly name: string };

/** Where a file is: an absolute path, or a URL with http or https; undefined for other kinds of URL. */
export function parseLocation(text: string): Location | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return file(text);
  if (scheme === 'http' || scheme === 'https') {
    if (!URL.canParse(text)) return undefined;
    return { kind: 'web', url: text, name: decode(basename(new URL(text).pathname)) };
  }
  if (scheme !== 'file') return undefined;
  if (/^file:\/\/\//i.test(text)) return URL.canParse(text) ? file(fileURLToPath(text)) : undefined;
  return file(text.replace(/^file:(\/\/)?/i, ''));
}

function file(path: string): Location | undefined {
  return path === '' ? undefined : { kind: 'file', path: resolve(path), name: basename(path) };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
