import { createHash } from 'node:crypto';

/** Digests that Kiln computes, by the names that templates use, and what Node calls each; BLAKE3 it has not. */
export const algorithms = {
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  'sha3-224': 'sha3-224',
  'sha3-256': 'sha3-256',
  'sha3-384': 'sha3-384',
  'sha3-512': 'sha3-512',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  blake3: undefined,
} as const;

/** "sha256", "blake2b" (of 512 bits), "blake2s" and "blake3" (of 256). */
export type DigestAlgorithm = keyof typeof algorithms;

/** A digest that is being computed. */
export interface Hasher {
  update(data: Uint8Array): unknown;
  digest(form: 'hex'): string;
}

export async function createHasher(algorithm: DigestAlgorithm): Promise<Hasher> {
  const name = algorithms[algorithm];
  return name === undefined ? (await import('hash-wasm')).createBLAKE3() : createHash(name);
}
