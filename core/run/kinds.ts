import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../scripts/quote.ts';
import type { JsonValue } from './json.ts';
import { removeTree } from './remove-tree.ts';
import type { ResourceKind } from './resource.ts';

/** Where it is known, with what keeps it from emptying a directory of the machine that is mounted in there. */
const RM = process.platform === 'linux' ? 'rm -rf --one-file-system' : 'rm -rf';

function directoryOf(hints: JsonValue): string | undefined {
  const found = typeof hints === 'object' && hints !== null && 'directory' in hints ? hints['directory'] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A file or directory whose name contains the token; hints: `{ directory }`, where it is. Released by removing it. */
export const pathKind: ResourceKind<string> = {
  kind: 'path',
  release: removeTree,
  find: async (token, hints) => {
    const directory = directoryOf(hints);
    if (directory === undefined) return [];
    try {
      const names = await readdir(directory);
      return names.filter((name) => name.includes(token)).map((name) => join(directory, name));
    } catch (error) {
      if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return [];
      throw error;
    }
  },
  byHand: (path) => `${RM} ${shellWord(path)}`,
};

/** A directory made for something else to be put in; hints: `{ directory }`. Removed only while it is empty. */
export const emptyDirectoryKind: ResourceKind<string> = {
  kind: 'empty-directory',
  release: async (path) => {
    try {
      await rmdir(path);
    } catch (error) {
      if (!hasCode(error, ['ENOENT', 'ENOTEMPTY', 'EEXIST'])) throw error;
    }
  },
  find: (_token, hints) => Promise.resolve([directoryOf(hints)].filter((path) => path !== undefined)),
  byHand: (path) => `rmdir ${shellWord(path)}`,
};
