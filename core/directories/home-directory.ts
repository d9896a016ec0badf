import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { UsageError } from '../errors/errors.ts';

/**
 * HOME when it is set and not empty, or else what the system knows of the user; never a directory that anybody may write
 * to. Absolute. Throws `UsageError` HOME_UNKNOWN.
 */
export function homeDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { HOME: given = '' } = environment;
  if (given !== '') return resolve(given);
  try {
    return userInfo().homedir;
  } catch (error) {
    throw new UsageError('this user has no home directory: HOME is not set, and the system does not know the user', {
      code: 'HOME_UNKNOWN',
      hint: 'set HOME, or KILN_STATE_DIR and KILN_CACHE_DIR',
      cause: error,
    });
  }
}
