import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { JsonValue } from '../contract/json.ts';

/** What a file or directory is known by again, whoever may have put another one in its place. */
export type PathIdentity = {
  readonly inode: string;
  /** Nanoseconds since the epoch; "0" where the file system does not tell. */
  readonly birth: string;
  readonly device: string;
};

export function identityFrom({ ino, birthtimeNs, dev }: BigIntStats): PathIdentity {
  return { inode: String(ino), birth: String(birthtimeNs), device: String(dev) };
}

/** Undefined when there is nothing. Does not follow links. */
export async function identityOf(path: string): Promise<PathIdentity | undefined> {
  return lstat(path, { bigint: true }).then(identityFrom, () => undefined);
}

/** The number alone may be that of another file by now; that of the device may be another one after the machine's next start. */
export function isSame(one: PathIdentity, other: PathIdentity): boolean {
  if (one.inode !== other.inode || one.birth !== other.birth) return false;
  return one.birth !== '0' || one.device === other.device;
}

/** From a journal; undefined when it is none, or of an older Kiln. */
export function readIdentity(value: JsonValue | undefined): PathIdentity | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Array) return undefined;
  const { inode, birth, device } = value;
  if (typeof inode !== 'string' || typeof birth !== 'string' || typeof device !== 'string') return undefined;
  return { inode, birth, device };
}
