import { posix } from 'node:path';
import { parseChecksum, type Checksum } from './checksum.ts';
import { decodePath, type Location } from './location.ts';

export type Digest = Extract<Checksum, { kind: 'digest' }>;

interface Line {
  /** As the list has it, with "/" and without "./" before it. */
  readonly path: string;
  readonly digest: Digest;
  /** From 1. */
  readonly number: number;
}

/** The longest lists of checksums that public mirrors have are a tenth of it. */
export const LONGEST_LIST: number = 4 * 1024 * 1024;

/** Why this cannot be a list of checksums; undefined when it can. */
export function faultOfList(content: Uint8Array): string | undefined {
  if (content.length > LONGEST_LIST) return `it has more than ${LONGEST_LIST / 2 ** 20} MiB`;
  return content.includes(0) ? 'it is no text' : undefined;
}

/** What a list says of a file: its digest, the paths of several files that it may be, two digests of one, or nothing. */
export type Listed =
  | { readonly kind: 'found'; readonly digest: Digest }
  | { readonly kind: 'ambiguous'; readonly paths: readonly string[] }
  | { readonly kind: 'contradictory'; readonly path: string; readonly lines: readonly [number, number] }
  | { readonly kind: 'missing' };

/** Why a list, shown as `shown`, gives no digest of the file `name`. */
export function faultOfListed(
  listed: Exclude<Listed, { kind: 'found' }>,
  shown: string,
  name: string,
): { readonly code: string; readonly message: string; readonly hint?: string } {
  if (listed.kind === 'missing') {
    return { code: 'CHECKSUM_NOT_LISTED', message: `the list ${shown} has no checksum of ${name}` };
  }
  const hint = 'put the digest of the right one into the option';
  if (listed.kind === 'ambiguous') {
    const message = `the list ${shown} has several files ${name}: ${listed.paths.join(', ')}`;
    return { code: 'CHECKSUM_AMBIGUOUS', message, hint };
  }
  const where = `lines ${listed.lines.join(' and ')}`;
  const message = `the list ${shown} has two digests of ${listed.path} that contradict each other: see its ${where}`;
  return { code: 'CHECKSUM_AMBIGUOUS', message, hint: 'put the right one into the option' };
}

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

function lineOf(text: string, index: number): Line | undefined {
  const gnu = GNU.exec(text);
  const bsd = gnu === null ? BSD.exec(text) : null;
  const [, escaped = '', digits = '', name = ''] = gnu ?? [];
  const [, type = '', path = name, own = ''] = bsd ?? [];
  const digest = digestOf(gnu === null ? `${type.replace(/^sha2-/i, 'sha')}:${own}` : digits);
  if (digest === undefined) return undefined;
  return { path: plainPath(path, escaped !== ''), digest, number: index + 1 };
}

/** Of several digests of one file the longest, which there may be but one of. */
function strongest(lines: readonly Line[]): Exclude<Listed, { kind: 'ambiguous' }> {
  const longest = Math.max(...lines.map(({ digest }) => digest.digest.length));
  const [first, ...others] = lines.filter(({ digest }) => digest.digest.length === longest);
  if (first === undefined) return { kind: 'missing' };
  const { path, digest, number } = first;
  const other = others.find((line) => line.path === path && line.digest.digest !== digest.digest);
  return other === undefined
    ? { kind: 'found', digest }
    : { kind: 'contradictory', path, lines: [number, other.number] };
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
  const best = strongest(most);
  if (best.kind !== 'found') return best;
  const { digest } = best;
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
    const listed = strongest(lines.filter((line) => line.path === path));
    if (listed.kind !== 'missing') return listed;
  }
  const digest = loneDigest(texts);
  return digest === undefined ? byBaseName(lines, file) : { kind: 'found', digest };
}
