import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { FileBuilderConfig } from '../config.gen.ts';

export interface Target {
  /** Absolute path, as the template names it. */
  readonly path: string;
  /** Where the file is when `path` is a symbolic link to it. */
  readonly place: string;
  /** Permission bits of the file that is there and will be replaced. */
  readonly existingMode: number | undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function lookAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** Throws `StepError` when there is no source to copy, or the target is not a place for a file. */
export async function checkPaths(config: FileBuilderConfig): Promise<Target> {
  const path = resolve(config.target);
  const existing = await lookAt(path);
  if (existing !== undefined && !existing.isFile()) {
    throw new StepError(`${config.target} exists and is not a regular file`, {
      code: 'OUTPUT_NOT_A_FILE',
      pointer: '/target',
      hint: 'give "target" the path of a file',
    });
  }
  const { source = '' } = config;
  if (source !== '') {
    const copied = await lookAt(source);
    if (copied === undefined || copied.isDirectory()) {
      throw new StepError(`the source ${source} ${copied === undefined ? 'does not exist' : 'is a directory'}`, {
        code: 'FILE_SOURCE_MISSING',
        pointer: '/source',
        hint: 'relative paths start from the working directory',
      });
    }
    if (existing?.ino === copied.ino && existing.dev === copied.dev) {
      throw new StepError(`the source ${source} and the target ${config.target} are the same file`, {
        code: 'FILE_SOURCE_IS_TARGET',
        pointer: '/target',
      });
    }
  }
  const place = existing === undefined ? path : await realpath(path);
  return { path, place, existingMode: existing === undefined ? undefined : existing.mode & 0o7777 };
}
