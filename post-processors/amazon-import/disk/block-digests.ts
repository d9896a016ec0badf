import { createHash } from 'node:crypto';

const DIGEST = 32;
const PER_CHUNK = 64;

/** SHA-256 of blocks by their indexes: 33 bytes for each, where there are any. */
export interface BlockDigests {
  readonly count: number;
  has(index: number): boolean;
  set(index: number, digest: Buffer): void;
  /** SHA-256 of all of them in the order of the blocks, base64: what EBS calls linear aggregation. */
  aggregate(): string;
}

interface Chunk {
  readonly present: Uint8Array;
  readonly digests: Buffer;
}

export function blockDigests(): BlockDigests {
  const chunks = new Map<number, Chunk>();
  let count = 0;
  const chunkOf = (index: number): Chunk | undefined => chunks.get(Math.floor(index / PER_CHUNK));
  return {
    get count() {
      return count;
    },
    has: (index) => chunkOf(index)?.present[index % PER_CHUNK] === 1,
    set: (index, digest) => {
      const chunk = chunkOf(index) ?? {
        present: new Uint8Array(PER_CHUNK),
        digests: Buffer.alloc(PER_CHUNK * DIGEST),
      };
      chunks.set(Math.floor(index / PER_CHUNK), chunk);
      const at = index % PER_CHUNK;
      if (chunk.present[at] === 0) count += 1;
      chunk.present[at] = 1;
      digest.copy(chunk.digests, at * DIGEST);
    },
    aggregate: () => {
      const whole = createHash('sha256');
      for (const [, { present, digests }] of [...chunks].sort(([one], [other]) => one - other)) {
        present.forEach((there, at) => {
          if (there === 1) whole.update(digests.subarray(at * DIGEST, (at + 1) * DIGEST));
        });
      }
      return whole.digest('base64');
    },
  };
}
