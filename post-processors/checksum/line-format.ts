import type { DigestAlgorithm } from '../../plugins/sdk/files.ts';

/** How the lines of a checksum file are written and known again. */
export interface LineFormat {
  /** Whether files are named relative to the checksum file, or by their last names alone. */
  readonly relative: boolean;
  /** Whether a line says its algorithm; otherwise only the digest's length tells. */
  readonly namesAlgorithm: boolean;
  line(digest: string, name: string, algorithm: DigestAlgorithm): string;
  /** Is the same for lines of the same file and algorithm; undefined for a line of another format. */
  key(line: string): string | undefined;
}

/** As GNU's programs spell the names in lines that say them. */
const labels: Readonly<Record<DigestAlgorithm, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha224: 'SHA224',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  'sha3-224': 'SHA3-224',
  'sha3-256': 'SHA3-256',
  'sha3-384': 'SHA3-384',
  'sha3-512': 'SHA3-512',
  blake2b: 'BLAKE2b',
  blake2s: 'BLAKE2s',
  blake3: 'BLAKE3',
};

/** A name with a backslash makes GNU's programs take the line as one with escapes. */
function escaped(name: string): readonly [mark: string, name: string] {
  return name.includes('\\') ? ['\\', name.replaceAll('\\', '\\\\')] : ['', name];
}

const packer: LineFormat = {
  relative: false,
  namesAlgorithm: false,
  line: (digest, name) => `${digest}\t${name}`,
  key: (line) => {
    const [, digest = '', name] = /^([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return name === undefined ? undefined : `${digest.length} ${name}`;
  },
};

const gnu: LineFormat = {
  relative: true,
  namesAlgorithm: false,
  line: (digest, name) => {
    const [mark, shown] = escaped(name);
    return `${mark}${digest}  ${shown}`;
  },
  key: (line) => {
    const [, digest = '', name] = /^\\?([0-9a-f]+) [ *](.*)$/s.exec(line) ?? [];
    return name === undefined ? undefined : `${digest.length} ${name}`;
  },
};

const bsd: LineFormat = {
  relative: true,
  namesAlgorithm: true,
  line: (digest, name, algorithm) => {
    const [mark, shown] = escaped(name);
    return `${mark}${labels[algorithm]} (${shown}) = ${digest}`;
  },
  key: (line) => /^\\?([\w-]+ \(.*\)) = [0-9a-f]+$/s.exec(line)?.[1],
};

/** By the values of the option `format`. */
export const lineFormats: Readonly<Record<'packer' | 'gnu' | 'bsd', LineFormat>> = { packer, gnu, bsd };

/** Digits in the hex of digests. */
export const digestLengths: Readonly<Record<DigestAlgorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  'sha3-224': 56,
  'sha3-256': 64,
  'sha3-384': 96,
  'sha3-512': 128,
  blake2b: 128,
  blake2s: 64,
  blake3: 64,
};
