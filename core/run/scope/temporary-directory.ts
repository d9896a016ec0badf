import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import type { BuildRun } from '../../contract/build-run.ts';
import { pathKind } from './kinds.ts';
import { removeTree } from '../../files/remove-tree.ts';
import type { Scope } from './scope.ts';

const HINT = 'set TMPDIR to a directory that is there, can be written to and has room';

function cannotMake(directory: string, cause: unknown): StepError {
  const reason = cause instanceof Error ? cause.message.replace(/, mkdir .*$/s, '') : String(cause);
  return new StepError(`no temporary files can be made in ${directory}: ${reason}`, {
    code: 'TEMPORARY_DIRECTORY',
    hint: HINT,
    cause,
  });
}

/**
 * Writes a file into a temporary directory; `mode` is 0600 unless given. Throws `StepError` TEMPORARY_DIRECTORY when there
 * is no room for it.
 */
export async function writeTemporaryFile(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  await writeFile(path, content, { mode }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    const message = `no space left for the temporary file ${basename(path)} in ${dirname(path)}`;
    throw new StepError(message, { code: 'TEMPORARY_DIRECTORY', hint: HINT, cause: error });
  });
}

/**
 * Makes a directory of mode 0700 in `directory`, which goes with the scope and the journal knows. Throws `StepError`
 * TEMPORARY_DIRECTORY.
 */
export async function temporaryDirectory(
  scope: Pick<BuildRun, 'acquire'>,
  describe: string,
  directory: string = tmpdir(),
): Promise<string> {
  const acquired = await scope.acquire(pathKind, {
    describe,
    locator: { directory },
    create: async (token) => {
      const path = join(directory, `kiln-${token}`);
      await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
        throw cannotMake(directory, error);
      });
      return { id: path, handle: path };
    },
  });
  return acquired.handle;
}

/** Makes a new directory of mode 0700 at each call, in one directory that `scope` has and the journal knows. */
export function temporaryDirectories(scope: Scope): () => Promise<string> {
  let root: Promise<string> | undefined;
  let made = 0;
  return async () => {
    root ??= temporaryDirectory(scope, 'temporary files of the run').catch((error: unknown) => {
      root = undefined;
      throw error;
    });
    const directory = await root;
    const path = join(directory, String((made += 1)));
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      throw cannotMake(directory, error);
    });
    return path;
  };
}

/** A temporary directory that goes with the scope. */
export async function temporaryDirectoryIn(make: () => Promise<string>, scope: Scope): Promise<string> {
  const path = await make();
  scope.defer(`temporary directory ${path}`, () => removeTree(path));
  return path;
}
