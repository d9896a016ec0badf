import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { makeDirectory } from '../files/make-directory.ts';

/**
 * A directory in the cache directory, or that itself, which is made when something is put there. Throws `StepError`
 * CACHE_UNWRITABLE.
 */
export async function cachePlace(cacheDirectory: string, name = '', mode = 0o777): Promise<string> {
  const path = join(cacheDirectory, name);
  try {
    await makeDirectory(path, mode);
    await access(path, constants.W_OK);
    return path;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new StepError(`nothing can be put into the cache directory ${cacheDirectory}: ${reason}`, {
      code: 'CACHE_UNWRITABLE',
      hint: 'set KILN_CACHE_DIR to a directory that can be written to',
      cause,
    });
  }
}
