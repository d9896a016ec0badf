import type { BigIntStats } from 'node:fs';
import type { DigestAlgorithm } from './algorithms.ts';

/** Says of two looks at a file whether it was changed between them. */
export function fileState({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

const known = new Map<string, string>();
const running = new Map<string, Promise<string>>();

/** The digest of a file in this state that this process knows, or is computing. */
export function knownDigest(state: string, algorithm: DigestAlgorithm): string | Promise<string> | undefined {
  const key = `${algorithm} ${state}`;
  return known.get(key) ?? running.get(key);
}

/** Lets others of this process wait for a digest, and keeps it when it is there. */
export function shareDigest(state: string, algorithm: DigestAlgorithm, digest: Promise<string>): void {
  const key = `${algorithm} ${state}`;
  running.set(key, digest);
  digest
    .then((value) => void known.set(key, value))
    .catch(() => undefined)
    .finally(() => running.delete(key));
}
