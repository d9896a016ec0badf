import { basename, dirname, join } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import { isObject } from '../../json/guards.ts';
import { shellWord } from '../../scripts/quote.ts';
import type { BuildRun } from '../../contract/build-run.ts';
import { freeLinkLock, isLinkLockOf, takeLinkLock, takeOverLinkLock, type Taken } from '../../locks/link-lock.ts';
import { isHere, type RunOwner } from '../../locks/owner.ts';
import type { Acquired, ResourceKind } from '../../contract/resource.ts';

/** Where the lock is, and the token by which its owner knows it. */
type LockId = { readonly path: string; readonly token: string };

function inUse(finalPath: string, owner: RunOwner): StepError {
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

/** Throws `StepError` unless the lock was taken. */
function checkTaken(taken: Taken, path: string, finalPath: string): void {
  if (taken === 'taken') return;
  if (taken !== 'stuck') throw inUse(finalPath, taken.holder);
  throw new StepError(`the lock ${path} can neither be taken nor broken`, {
    code: 'OUTPUT_IN_USE',
    hint: `remove it when no Kiln is writing ${finalPath}`,
  });
}

/** The lock on an output, a symbolic link beside it; one that its owner left is broken by whoever comes next. */
export const outputLockKind: ResourceKind<LockId> = {
  kind: 'output-lock',
  release: ({ path, token }) => freeLinkLock(path, token),
  find: async (token, locator) => {
    const path = isObject(locator) ? locator['path'] : undefined;
    return typeof path === 'string' && (await isLinkLockOf(path, token)) ? [{ path, token }] : [];
  },
  manualCommand: ({ path }) => `rm ${shellWord(path)}`,
};

function lockPath(finalPath: string): string {
  return join(dirname(finalPath), `.${basename(finalPath)}.kiln-lock`);
}

/** Throws `StepError` OUTPUT_IN_USE at once when another build, of this or another process, has it. */
export function lockOutput(build: Pick<BuildRun, 'acquire'>, finalPath: string): Promise<Acquired<LockId, undefined>> {
  const path = lockPath(finalPath);
  return build.acquire(outputLockKind, {
    describe: `lock on ${finalPath}`,
    locator: { path },
    create: async (token) => {
      const taken = await takeLinkLock(path, token).catch((error: unknown) => {
        throw cannotWrite(finalPath, error);
      });
      checkTaken(taken, path, finalPath);
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
  checkTaken(await takeOverLinkLock(path, token), path, finalPath);
  return adopted;
}
