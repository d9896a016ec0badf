import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { isObject } from '../json/guards.ts';
import { jsonIn } from '../json/json-in.ts';
import { isOwner, isOwnerAlive, thisOwner, type RunOwner } from './owner.ts';

const TRIES = 5;
/** Of a lock of another machine nothing can be known but its age. */
const FOREIGN_LIVE_MILLISECONDS = 24 * 3600_000;

/** What the symbolic link of a lock says. */
interface Link {
  readonly text: string;
  /** Undefined when what is there is only part of a record, which is nobody's. */
  readonly lock: { readonly token: string; readonly owner: RunOwner } | undefined;
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

function lockText(token: string): string {
  return JSON.stringify({ token, owner: thisOwner() });
}

/** Undefined when there is no link, or one that says something else. */
async function readLink(path: string): Promise<Link | undefined> {
  try {
    const text = await readlink(path);
    const record = jsonIn(text);
    // After the machine's crash a file system may have a part of it, or only zeros.
    if (record === undefined) return { text, lock: undefined };
    if (!isObject(record)) return undefined;
    const { token, owner } = record;
    return typeof token === 'string' && isOwner(owner) ? { text, lock: { token, owner } } : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EINVAL', 'ENOTDIR', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

/** Whose process lives that has the lock; undefined when nobody's does. Throws what the file system throws. */
async function holderOf(path: string, { lock }: Link): Promise<RunOwner | undefined> {
  if (lock === undefined) return undefined;
  const alive = await isOwnerAlive(lock.owner, path, FOREIGN_LIVE_MILLISECONDS).catch((error: unknown) => {
    // Given back meanwhile.
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  });
  return alive ? lock.owner : undefined;
}

/** Removes the lock of an owner that is gone. It is moved away first, so that of several that try one gets it. */
async function breakLock(path: string, text: string, token: string): Promise<void> {
  const aside = `${path}-${token}`;
  try {
    await rename(path, aside);
    const moved = await readlink(aside);
    if (moved !== text) await symlink(moved, path).catch(() => undefined);
    await unlink(aside);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** "stuck": something is in the way that is no lock. */
export type Taken = 'taken' | 'stuck' | { readonly holder: RunOwner };

/**
 * A lock is a symbolic link that names its owner: one call makes it, it needs no space on the disk, and whoever comes next
 * is told at once who has it. One that its owner left, or that only half says whose it is, is broken. `token` tells one
 * taking from another of the same process. Throws what the file system throws.
 */
export async function takeLinkLock(path: string, token: string): Promise<Taken> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      await symlink(lockText(token), path);
      return 'taken';
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const link = await readLink(path);
    if (link === undefined) continue;
    const holder = await holderOf(path, link);
    if (holder !== undefined) return { holder };
    await breakLock(path, link.text, token);
  }
  return 'stuck';
}

/** Takes a lock over that another process took with this token, if no other has it now. Throws as `takeLinkLock`. */
export async function takeOverLinkLock(path: string, token: string): Promise<Taken> {
  const link = await readLink(path);
  const holder = link === undefined || link.lock?.token === token ? undefined : await holderOf(path, link);
  if (holder !== undefined) return { holder };
  const unfinished = `${path}-${token}`;
  await symlink(lockText(token), unfinished);
  await rename(unfinished, path);
  return 'taken';
}

/** Whether the lock at `path` was taken with this token. Throws what the file system throws. */
export async function isLinkLockOf(path: string, token: string): Promise<boolean> {
  return (await readLink(path))?.lock?.token === token;
}

/** Gives a lock back that was taken with this token; another's stays. Throws what the file system throws. */
export async function freeLinkLock(path: string, token: string): Promise<void> {
  if (await isLinkLockOf(path, token)) await unlink(path);
}
