import { dirname, join, resolve } from 'node:path';
import type { Lock, LockedPlugin } from './lock.ts';

/** Where the packages of pinned plugins are, one directory each. */
export function storeDirectory(cache: string): string {
  return join(cache, 'plugins');
}

/** Directory of one pinned plugin and of what it depends on. */
export function storePlace(cache: string, integrity: string): string {
  const digest = Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex');
  return join(storeDirectory(cache), digest.slice(0, 40));
}

/** The plugin's own folder in its place of the store. What it depends on is in "node_modules" beside it. */
export const OWN_FOLDER = 'plugin';

/** The folder that a plugin is used from; it need not be there. */
export function pluginFolder(lock: Pick<Lock, 'path'>, { link, integrity = '' }: LockedPlugin, cache: string): string {
  return link === undefined ? join(storePlace(cache, integrity), OWN_FOLDER) : resolve(dirname(lock.path), link);
}

/** The command that installs what a lock file pins. */
export function installCommand(lock: Pick<Lock, 'path'>, what = ''): string {
  const directory = dirname(lock.path);
  const where = resolve(directory) === process.cwd() ? '' : ` -dir=${directory}`;
  return `kiln plugins install${where}${what === '' ? '' : ` ${what}`}`;
}
