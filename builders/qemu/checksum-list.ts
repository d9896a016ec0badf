import { posix } from 'node:path';
import { parseChecksum, type Checksum } from './checksum.ts';
import { decodePath, type Location } from './location.ts';

export type Digest = Extract<Checksum, { kind: 'digest' }>;

interface Line {
  /** As the list has it, with "/" and without "./" before it. */
  readonly path: string;
  readonly digest: Digest;
}

/** The longest lists of checksums that public mirrors have are a tenth of it. */
export const LONGEST_LIST: number = 4 * 1024 * 1024;

/** Why this cannot be a list of checksums; undefined when it can. */
export function faultOfList(content: Uint8Array): string | undefined {
  if (content.length > LONGEST_LIST) return `it has more than ${LONGEST_LIST / 2 ** 20} MiB`;
  return content.includes(0) ? 'it is no text' : undefined;
}

/** What a list says of a file: its digest, the paths of several files that it may be, or nothing. */
export type Listed =
  | { readonly kind: 'found'; readonly digest: Digest }
  | { readonly kind: 'ambiguous'; readonly paths: readonly string[] }
  | { readonly kind: 'missing' };

const GNU = /^(\\?)([0-9a-f]{32,128})\s+[*?]?(.+)$/i;
/** As BSD's programs write it and as OpenSSL does, also as of version 3. */
const BSD = /^(MD5|SHA1|SHA(?:2-)?(?:224|256|384|512)) ?\((.+)\) ?= ?([0-9a-f]+)$/i;

function digestOf(text: string): Digest | undefined {
  const checksum = parseChecksum(text);
  return checksum?.kind === 'digest' ? checksum : undefined;
}

/** Windows' lists have its slashes; a list that escapes names means a backslash. */
function plainPath(name: string, escaped: boolean): string {
  const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n' };
  return posix.normalize(
    escaped ? name.replaceAll(/\\[\\n]/g, (pair) => escapes[pair] ?? pair) : name.replaceAll('\\', '/'),
  );
}

function lineOf(text: string): Line | undefined {
  const gnu = GNU.exec(text);
  const bsd = gnu === null ? BSD.exec(text) : null;
  const [, escaped = '', digits = '', name = ''] = gnu ?? [];
  const [, type = '', path = name, own = ''] = bsd ?? [];
  const digest = digestOf(gnu === null ? `${type.replace(/^sha2-/i, 'sha')}:${own}` : digits);
  if (digest === undefined) return undefined;
  return { path: plainPath(path, escaped !== ''), digest };
}

/** Of several digests of one file, the longest. */
function strongest(lines: readonly Line[]): Digest | undefined {
  const longest = Math.max(...lines.map(({ digest }) => digest.digest.length));
  return lines.find(({ digest }) => digest.digest.length === longest)?.digest;
}

/** The path of a file or of what an address names; without percent signs. */
function pathOf(location: Location): string {
  if (location.kind === 'file') return location.path;
  return decodePath(new URL(location.url).pathname);
}

/** The paths by which a list may mean a file, the surest first: from where the list is, and the file's own. */
function pathsFrom(list: Location, file: Location): readonly string[] {
  const path = pathOf(file);
  const related = list.kind === file.kind ? [posix.relative(posix.dirname(pathOf(list)), path)] : [];
  return [...related, path, path.replace(/^\//, ''), file.name];
}

/** Whether `path` ends with all parts of `tail`. */
function endsWith(path: string, tail: string): boolean {
  return path === tail || path.endsWith(`/${tail.replace(/^\//, '')}`);
}

/** Lines that mean the file by its base name: those with most of its path, when they are of one file. */
function byBaseName(lines: readonly Line[], file: Location): Listed {
  const alike = lines.filter(({ path }) => posix.basename(path) === file.name);
  const fitting = alike.filter(({ path }) => endsWith(pathOf(file), path));
  const most = fitting.length > 0 ? fitting : alike;
  const paths = [...new Set(most.map(({ path }) => path))];
  const digest = strongest(most);
  if (digest === undefined) return { kind: 'missing' };
  const isOf = (path: string): boolean =>
    most.some((line) => line.path === path && line.digest.digest === digest.digest);
  return paths.every(isOf) ? { kind: 'found', digest } : { kind: 'ambiguous', paths };
}

/** A list may be nothing but one digest, which is that of any file. */
function loneDigest(texts: readonly string[]): Digest | undefined {
  const filled = texts.filter((text) => text !== '' && !text.startsWith('#'));
  return filled.length === 1 && /^[0-9a-f]+$/i.test(filled[0] ?? '') ? digestOf(filled[0] ?? '') : undefined;
}

/**
 * What a list says of a file, as sha256sum and its kin write it in either of their two styles: by the file's path seen
 * from the list, then by its name alone, and by its name in any directory only when that is one file.
 */
export function findInList(text: string, list: Location, file: Location): Listed {
  const texts = text.split(/\r?\n/).map((line) => line.trim());
  const lines = texts.map(lineOf).filter((line) => line !== undefined);
  for (const path of pathsFrom(list, file)) {
    const digest = strongest(lines.filter((line) => line.path === path));
    if (digest !== undefined) return { kind: 'found', digest };
  }
  const digest = loneDigest(texts);
  return digest === undefined ? byBaseName(lines, file) : { kind: 'found', digest };
}
