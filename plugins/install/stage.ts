import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepError } from '../../core/errors/errors.ts';
import { isObject } from '../../core/json/guards.ts';
import type { LockedPackage } from '../installed/lock.ts';
import { OWN_FOLDER, storeDirectory, storePlace } from '../installed/place.ts';
import { treeIntegrity } from '../installed/tree-integrity.ts';
import { runNpm, type Npm } from './npm.ts';

/** What npm installs, by its paths, as its own lock file has it. */
export type Packages = Readonly<Record<string, LockedPackage>>;

/** A plugin that is unpacked in a place of its own, and of which nobody else knows yet. */
export interface Staged {
  /** Name by which npm knows it. */
  readonly name: string;
  readonly folder: string;
  readonly packages: Packages;
  /** Moves it to its place in the store; the digest that is its name there. */
  commit(): Promise<string>;
}

const UNFINISHED = '.new-';
const DAY_MILLISECONDS = 24 * 3600_000;

/** A new directory in the store, on the same file system. What others left there that died long ago goes. */
export async function openStage(cache: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const store = storeDirectory(cache);
  const path = join(store, `${UNFINISHED}${randomUUID()}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StepError(`nothing can be put into ${store}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'CACHE_UNWRITABLE',
      hint: 'set KILN_CACHE_DIR to a directory that can be written to',
      cause,
    });
  }
  for (const name of await readdir(store)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const found = await stat(join(store, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > DAY_MILLISECONDS)
      await rm(join(store, name), { recursive: true, force: true });
  }
  return { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) };
}

/** npm's own lock file: what it installed, less the directory itself. */
async function packagesIn(directory: string): Promise<Packages> {
  const lock = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')) as {
    readonly packages?: unknown;
  };
  const packages = isObject(lock.packages) ? lock.packages : {};
  return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== '')) as unknown as Packages;
}

async function commit(directory: string, cache: string): Promise<string> {
  const integrity = treeIntegrity(directory);
  const place = storePlace(cache, integrity);
  try {
    await rename(directory, place);
  } catch (error) {
    // Another one has installed the same meanwhile, or long ago.
    if (!existsSync(place)) throw error;
    if (treeIntegrity(place) !== integrity) {
      await rename(place, `${directory}-changed`);
      await rename(directory, place);
    }
  }
  return integrity;
}

/** Turns what npm has made in a directory into what the store has: the plugin's own folder, and what it depends on beside it. */
async function arranged(directory: string, cache: string): Promise<Staged> {
  const content = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  const [name = ''] = Object.keys(content.dependencies ?? {});
  const packages = await packagesIn(directory);
  const folder = join(directory, OWN_FOLDER);
  await rename(join(directory, 'node_modules', name), folder);
  await rm(join(directory, 'node_modules/.package-lock.json'), { force: true });
  const scope = dirname(join(directory, 'node_modules', name));
  for (const path of [scope, join(directory, 'node_modules')]) {
    if (existsSync(path) && (await readdir(path)).length === 0) await rm(path, { recursive: true });
  }
  for (const file of ['package.json', 'package-lock.json']) await rm(join(directory, file));
  return { name, folder, packages, commit: async () => commit(directory, cache) };
}

async function emptyDirectory(place: string): Promise<string> {
  const directory = join(place, 'made');
  await mkdir(directory);
  return directory;
}

/** Installs what npm knows by `installable`, with what it depends on, into a directory of `place`. */
export async function stage(installable: string, place: string, cache: string, npm: Npm): Promise<Staged> {
  const directory = await emptyDirectory(place);
  await writeFile(join(directory, 'package.json'), '{ "private": true }');
  await runNpm(npm, directory, ['install', '--save', '--save-prod', '--', installable]);
  return arranged(directory, cache);
}

/** Installs exactly the packages that a lock file pins; `installable` is where the plugin itself is, when that is a file. */
export async function stageAgain(
  name: string,
  packages: Packages,
  installable: string,
  place: string,
  cache: string,
  npm: Npm,
): Promise<Staged> {
  const directory = await emptyDirectory(place);
  const own = packages[`node_modules/${name}`];
  const isFile = installable.startsWith('/');
  const spec = isFile ? `file:${installable}` : (own?.version ?? '');
  // What is packed anew need not be the same archive; the digest of its files tells.
  const { integrity: _integrity, ...rest } = own ?? { version: '' };
  const root = { dependencies: { [name]: spec } };
  const all = { ...packages, ...(isFile ? { [`node_modules/${name}`]: { ...rest, resolved: spec } } : {}), '': root };
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, ...root }));
  const lock = { lockfileVersion: 3, requires: true, packages: all };
  await writeFile(join(directory, 'package-lock.json'), JSON.stringify(lock));
  await runNpm(npm, directory, ['ci']);
  return arranged(directory, cache);
}
