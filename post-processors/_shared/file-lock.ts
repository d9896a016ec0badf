import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelledError,
  isObject,
  type JsonValue,
  type PostProcessRun,
  type ResourceKind,
} from '../../plugins/sdk/index.ts';

/** Which lock, and the token by which its owner knows it. */
type LockId = { readonly path: string; readonly token: string };

/** Locks are held for milliseconds; one that nobody touched for so many milliseconds has lost its owner. */
const abandonedAfter = 30_000;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The token of the lock's owner; undefined when there is no lock. */
async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    // A file where a symbolic link was to be: the lock that Packer makes.
    if (hasCode(error, 'EINVAL')) return '';
    throw error;
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    // One call makes the lock and names its owner, and needs no space on the disk.
    await symlink(token, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeLock(path: string, owner: string): Promise<void> {
  if ((await ownerOf(path)) === owner) await unlink(path);
}

/** Removes the lock of an owner that is gone. It is moved away first: of several that try, one gets it. */
async function breakLock(path: string, owner: string, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await ownerOf(aside);
  if (moved !== undefined && moved !== owner) await take(path, moved);
  await unlink(aside);
}

async function waitFor(path: string, token: string, patience: number, signal: AbortSignal): Promise<void> {
  let seen: string | undefined;
  let since = performance.now();
  while (!(await take(path, token))) {
    if (signal.aborted) throw new CancelledError();
    const owner = await ownerOf(path);
    if (owner !== seen) {
      seen = owner;
      since = performance.now();
    } else if (owner !== undefined && performance.now() - since > patience) {
      await breakLock(path, owner, token);
    }
    await sleep(5 + Math.random() * 20);
  }
}

function pathIn(locator: JsonValue): string | undefined {
  const path = isObject(locator) ? locator['path'] : undefined;
  return typeof path === 'string' ? path : undefined;
}

/** Locks of one component, as things that are journaled and that `kiln gc` can remove. */
export function lockKind(type: string): ResourceKind<LockId> {
  return {
    kind: `${type}:lock`,
    release: ({ path, token }) => removeLock(path, token),
    find: async (token, locator) => {
      const path = pathIn(locator);
      return path !== undefined && (await ownerOf(path)) === token ? [{ path, token }] : [];
    },
  };
}

/**
 * Runs `body` while the symbolic link `path` exists as a lock: one process, and in it one caller, at a time. A lock that
 * stays the same for `patience` milliseconds is broken. Throws `CancelledError` when the run is cancelled meanwhile.
 */
export async function withFileLock<T>(
  path: string,
  kind: ResourceKind<LockId>,
  run: Pick<PostProcessRun, 'acquire' | 'signal'>,
  body: () => Promise<T>,
  patience: number = abandonedAfter,
): Promise<T> {
  const lock = await run.acquire(kind, {
    describe: `lock ${path}`,
    locator: { path },
    create: async (token) => {
      await waitFor(path, token, patience, run.signal);
      return { id: { path, token }, handle: undefined };
    },
  });
  try {
    return await body();
  } finally {
    await lock.release();
  }
}
