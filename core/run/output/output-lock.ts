import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import { shellWord } from '../../scripts/quote.ts';
import type { BuildRun } from '../../contract/build-run.ts';
import { isHere, isOwner, isOwnerAlive, thisOwner, type RunOwner } from '../../locks/owner.ts';
import type { Acquired, ResourceKind } from '../../contract/resource.ts';

/** Where the lock is, and the token by which its owner knows it. */
type LockId = { readonly path: string; readonly token: string };

interface Lock {
  /** What the symbolic link says. */
  readonly text: string;
  readonly token: string;
  readonly owner: RunOwner;
}

const TRIES = 5;
/** Of a lock of another machine nothing can be known but its age. */
const FOREIGN_LIVE_MILLISECONDS = 24 * 3600_000;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function lockText(token: string): string {
  return JSON.stringify({ token, owner: thisOwner() });
}

/** Undefined when there is no lock, or something that is none. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    const text = await readlink(path);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('token' in value) || !('owner' in value)) return undefined;
    const { token, owner } = value;
    return typeof token === 'string' && isOwner(owner) ? { token, owner, text } : undefined;
  } catch (error) {
    const isNone = ['ENOENT', 'EINVAL', 'ENOTDIR', 'ENAMETOOLONG'].some((code) => hasCode(error, code));
    if (isNone || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHeld({ owner }: Lock, path: string): Promise<boolean> {
  return isOwnerAlive(owner, path, FOREIGN_LIVE_MILLISECONDS);
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

function inUse(finalPath: string, { owner }: Lock): StepError {
  const where = isHere(owner) ? '' : ` on ${owner.host}`;
  return new StepError(`another build is writing ${finalPath} (process ${owner.pid}${where})`, {
    code: 'OUTPUT_IN_USE',
    hint: 'wait until it is done, or choose another name',
  });
}

/** The system's words end with the text of the lock, which is nobody's concern. */
function cannotWrite(finalPath: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  return new StepError(`cannot write ${finalPath}: ${cause.message.replace(/, symlink .*$/s, '')}`, {
    code: 'OUTPUT_NOT_WRITTEN',
    hint: 'choose another path for the output',
    cause,
  });
}

async function take(path: string, token: string, finalPath: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      // One call makes the lock and names its owner, and needs no space on the disk.
      await symlink(lockText(token), path);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw cannotWrite(finalPath, error);
    }
    const lock = await readLock(path);
    if (lock === undefined) continue;
    if (await isHeld(lock, path)) throw inUse(finalPath, lock);
    await breakLock(path, lock.text, token);
  }
  throw new StepError(`the lock ${path} can neither be taken nor broken`, {
    code: 'OUTPUT_IN_USE',
    hint: `remove it when no Kiln is writing ${finalPath}`,
  });
}

/** The lock on an output, a symbolic link beside it; one that its owner left is broken by whoever comes next. */
export const outputLockKind: ResourceKind<LockId> = {
  kind: 'output-lock',
  release: async ({ path, token }) => {
    if ((await readLock(path))?.token === token) await unlink(path);
  },
  find: async (token, hints) => {
    const path = typeof hints === 'object' && hints !== null && 'path' in hints ? hints['path'] : undefined;
    return typeof path === 'string' && (await readLock(path))?.token === token ? [{ path, token }] : [];
  },
  byHand: ({ path }) => `rm ${shellWord(path)}`,
};

function lockPath(finalPath: string): string {
  return join(dirname(finalPath), `.${basename(finalPath)}.kiln-lock`);
}

/** Throws `StepError` OUTPUT_IN_USE at once when another build, of this or another process, has it. */
export function lockOutput(build: Pick<BuildRun, 'acquire'>, finalPath: string): Promise<Acquired<LockId, undefined>> {
  const path = lockPath(finalPath);
  return build.acquire(outputLockKind, {
    describe: `lock on ${finalPath}`,
    hints: { path },
    create: async (token) => {
      await take(path, token, finalPath);
      return { id: { path, token }, handle: undefined };
    },
  });
}

/** Takes over the lock of the process that had the build before. Throws `StepError` OUTPUT_IN_USE and RESUME_LOST. */
export async function adoptOutputLock(
  build: Pick<BuildRun, 'adopt'>,
  finalPath: string,
  token: string,
): Promise<Acquired<LockId, undefined>> {
  const path = lockPath(finalPath);
  const adopted = build.adopt(outputLockKind, { path, token });
  const lock = await readLock(path);
  if (lock !== undefined && lock.token !== token && (await isHeld(lock, path))) throw inUse(finalPath, lock);
  const unfinished = `${path}-${token}`;
  await symlink(lockText(token), unfinished);
  await rename(unfinished, path);
  return adopted;
}
