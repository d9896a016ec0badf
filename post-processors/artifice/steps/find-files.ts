import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expandGlob } from '../../../plugins/sdk/files.ts';

export interface FoundFiles {
  /** Absolute paths, each once, in the order of the patterns. */
  readonly files: readonly string[];
  /** Patterns for which there is no file. */
  readonly unmatched: readonly string[];
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

/** Directories are no files of an artifact. */
export async function findFiles(patterns: readonly string[]): Promise<FoundFiles> {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = await expandGlob(pattern);
      const files = await Promise.all(paths.map(async (path) => ((await isFile(path)) ? [resolve(path)] : [])));
      return { pattern, files: files.flat() };
    }),
  );
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    unmatched: found.filter(({ files }) => files.length === 0).map(({ pattern }) => pattern),
  };
}
