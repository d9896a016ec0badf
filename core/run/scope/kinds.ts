import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../scripts/quote.ts';
import type { JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/guards.ts';
import { onOwnEntry, unlessGone } from '../../files/own-path.ts';
import { identityOf, readIdentity } from '../../files/path-identity.ts';
import { removeTree } from '../../files/remove-tree.ts';
import type { ResourceKind } from '../../contract/resource.ts';

/** Where it is known, with what keeps it from emptying a directory of the machine that is mounted in there. */
const RM = process.platform === 'linux' ? 'rm -rf --one-file-system' : 'rm -rf';

function directoryOf(locator: JsonValue): string | undefined {
  const found = isObject(locator) ? locator['directory'] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A file or directory whose name contains the token; locator: `{ directory }`, where it is. Released by removing it. */
export const pathKind: ResourceKind<string> = {
  kind: 'path',
  identify: identityOf,
  release: (path, _locator, { identity }) => removeTree(path, readIdentity(identity)),
  find: async (token, locator) => {
    const directory = directoryOf(locator);
    if (directory === undefined) return [];
    const names = (await unlessGone(readdir(directory))) ?? [];
    return names.filter((name) => name.includes(token)).map((name) => join(directory, name));
  },
  manualCommand: (path) => `${RM} ${shellWord(path)}`,
};

/**
 * A directory made for something else to be put in; locator: `{ directory }`. Removed only while it is empty, and not when
 * somebody else has made another one there meanwhile.
 */
export const emptyDirectoryKind: ResourceKind<string> = {
  kind: 'empty-directory',
  identify: identityOf,
  release: async (path, _locator, { identity }) => {
    try {
      await onOwnEntry(path, readIdentity(identity), (entry) => rmdir(entry.path));
    } catch (error) {
      if (!hasCode(error, ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'NOT_OURS'])) throw error;
    }
  },
  find: (_token, locator) => Promise.resolve([directoryOf(locator)].filter((path) => path !== undefined)),
  manualCommand: (path) => `rmdir ${shellWord(path)}`,
};

/**
 * A socket that a program will make at a path of the template's own, which says nothing of the run; locator: `{ path }`.
 * Released by removing it; whatever else is there by then is somebody else's and stays.
 */
export const socketKind: ResourceKind<string> = {
  kind: 'socket',
  release: async (path) => {
    const there = await unlessGone(lstat(path));
    if (there?.isSocket() !== true || there.uid !== process.geteuid?.()) return;
    await unlessGone(unlink(path));
  },
  find: (_token, locator) => {
    const path = isObject(locator) ? locator['path'] : undefined;
    return Promise.resolve(typeof path === 'string' ? [path] : []);
  },
  manualCommand: (path) => `rm ${shellWord(path)}`,
};
