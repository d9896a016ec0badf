import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError } from '../../../errors/errors.ts';
import { homeDirectory } from '../../../directories/home-directory.ts';

/** `path` with a leading "~/" replaced by the home directory. */
export function expandHome(path: string, home?: string): string {
  return path.startsWith('~/') ? join(home ?? homeDirectory(process.env), path.slice(2)) : path;
}

/** Text of a private key file; throws `StepError` with code SSH_KEY_FILE_UNREADABLE. */
export async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(expandHome(path), 'utf8');
  } catch (cause) {
    throw new StepError(`the private key ${path} cannot be read: ${cause instanceof Error ? cause.message : ''}`, {
      code: 'SSH_KEY_FILE_UNREADABLE',
      cause,
    });
  }
}
