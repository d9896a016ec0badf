import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DigestAlgorithm } from '../../files/digest/algorithms.ts';

/** A file that a list has, and what its digest is. */
export interface ListedFile {
  /** As the list has it: absolute, or seen from the list's directory. */
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
  /** In lower-case hex. */
  readonly digest: string;
}

/** The longest lists that public mirrors have are a tenth of it. */
const LONGEST = 4 * 1_048_576;

const GNU = /^(\\?)([0-9a-f]{32,128})(?: [ *]|\t)(.+)$/i;
const BSD =
  /^(\\?)(MD5|SHA1|SHA(?:224|256|384|512)|SHA3-(?:224|256|384|512)|BLAKE2b|BLAKE2s|BLAKE3) \((.+)\) = ([0-9a-f]+)$/i;

/** What digests of so many digits are where nothing says it. */
const BY_LENGTH: Readonly<Record<number, DigestAlgorithm>> = {
  32: 'md5',
  40: 'sha1',
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** Of lists whose names say what their digests are: B2SUMS, "disk.sha3-256". */
const BY_NAME: readonly (readonly [RegExp, DigestAlgorithm])[] = [
  [/b2sum|blake2b/i, 'blake2b'],
  [/blake2s/i, 'blake2s'],
  [/b3sum|blake3/i, 'blake3'],
  [/sha3-?224/i, 'sha3-224'],
  [/sha3-?256/i, 'sha3-256'],
  [/sha3-?384/i, 'sha3-384'],
  [/sha3-?512/i, 'sha3-512'],
];

function unescaped(name: string, mark: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' };
  return mark === '' ? name : name.replaceAll(/\\[\\nr]/g, (pair) => escapes[pair] ?? pair);
}

function listedIn(line: string, named: DigestAlgorithm | undefined): ListedFile | undefined {
  const bsd = BSD.exec(line);
  if (bsd !== null) {
    const [, mark = '', algorithm = '', name = '', digest = ''] = bsd;
    return {
      path: unescaped(name, mark),
      algorithm: algorithm.toLowerCase() as DigestAlgorithm,
      digest: digest.toLowerCase(),
    };
  }
  const [, mark = '', digest = '', name = ''] = GNU.exec(line) ?? [];
  const algorithm = digest === '' ? undefined : (named ?? BY_LENGTH[digest.length]);
  return algorithm && { path: unescaped(name, mark), algorithm, digest: digest.toLowerCase() };
}

async function textOf(path: string): Promise<string | undefined> {
  await using file = await open(path);
  if ((await file.stat()).size > LONGEST) return undefined;
  const content = await file.readFile();
  return content.includes(0) ? undefined : content.toString('utf8');
}

/**
 * The files of a list as `sha256sum` and its kin write it, in either of their styles or in Packer's, none when the file is no
 * such list: every line that is not empty has to be one of it. Throws the system's error.
 */
export async function listedFiles(path: string): Promise<readonly ListedFile[]> {
  const text = await textOf(path);
  const lines = text?.split(/\r?\n/).filter((line) => line.trim() !== '') ?? [];
  const named = BY_NAME.find(([pattern]) => pattern.test(basename(path)))?.[1];
  const listed = lines.map((line) => listedIn(line, named)).filter((each) => each !== undefined);
  return listed.length === lines.length ? listed : [];
}
