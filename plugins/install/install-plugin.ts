import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StepError, UsageError } from '../../core/errors/errors.ts';
import type { Lock, LockedPlugin } from '../installed/lock.ts';
import { pluginFolder } from '../installed/place.ts';
import { satisfies } from '../installed/versions.ts';
import { treeIntegrity } from '../installed/tree-integrity.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkPlugin, typesOf, type Others } from './check-staged.ts';
import type { Npm } from './npm.ts';
import { parseSource, portablePath, sourceText, type Source } from './source.ts';
import { openStage, stage, stageAgain } from './stage.ts';
import { installableOf } from './tarball-of.ts';
import { changeLock } from './write-lock.ts';

/** What installing needs to know. */
export interface Installing {
  /** Absolute path of the lock file. */
  readonly lockFile: string;
  readonly cache: string;
  readonly npm: Npm;
  readonly builtin: Others['builtin'];
}

/** What was installed, for who asked. */
export interface Installed {
  readonly manifest: Manifest;
  readonly locked: LockedPlugin;
}

/** What a template requires the plugin to be. */
export interface Wanted {
  readonly name: string;
  readonly range: string | undefined;
}

function checkWanted({ name, version }: Manifest, wanted: Wanted | undefined, source: string): void {
  if (wanted === undefined) return;
  if (wanted.name !== name) {
    throw new UsageError(`${source} is the plugin ${name}, and the template requires ${wanted.name}`, {
      code: 'PLUGIN_SOURCE',
      hint: `write ${JSON.stringify(name)} in "required_plugins", or another source`,
    });
  }
  if (wanted.range === undefined || satisfies(version, wanted.range) === true) return;
  throw new UsageError(`${source} is version ${version} of ${name}, and the template requires ${wanted.range}`, {
    code: 'PLUGIN_VERSION',
    hint: 'name a source of that version, or change the range in "required_plugins"',
  });
}

async function pin(installing: Installing, manifest: Manifest, locked: LockedPlugin): Promise<Installed> {
  const { lockFile, cache, npm } = installing;
  await changeLock(lockFile, cache, npm.signal, (plugins) => new Map([...plugins, [manifest.name, locked]]));
  return { manifest, locked };
}

async function link(path: string, installing: Installing, others: Others, wanted?: Wanted): Promise<Installed> {
  const manifest = await checkPlugin(path, others, true);
  checkWanted(manifest, wanted, path);
  const place = portablePath(path, dirname(installing.lockFile));
  const { version } = manifest;
  return pin(installing, manifest, { version, source: place, link: place, components: typesOf(manifest) });
}

/**
 * Installs a plugin and pins it. A folder is linked: what is in it counts, whenever it is used; with `copy` it is packed and
 * pinned as everything else. Nothing of the plugin runs. When it fails nothing is changed. Throws `KilnError`.
 */
export async function installPlugin(
  source: Source,
  copy: boolean,
  installing: Installing,
  others: Others,
  wanted?: Wanted,
): Promise<Installed> {
  const { cache, npm, lockFile } = installing;
  if (source.kind === 'folder' && !copy) return link(source.path, installing, others, wanted);
  await using place = await openStage(cache);
  const installable = await installableOf(source, place.path, npm);
  const staged = await stage(installable, place.path, cache, npm);
  const manifest = await checkPlugin(staged.folder, others, false);
  const text = sourceText(source, dirname(lockFile));
  checkWanted(manifest, wanted, text);
  const own = `node_modules/${staged.name}`;
  // Where a file lies on this machine is no other's business.
  const { resolved, ...rest } = staged.packages[own] ?? { version: manifest.version };
  const isFile = resolved?.startsWith('file:') === true;
  const packages = {
    ...staged.packages,
    [own]: isFile ? rest : { ...rest, ...(resolved === undefined ? {} : { resolved }) },
  };
  const integrity = await staged.commit();
  const locked = { version: manifest.version, source: text, integrity, components: typesOf(manifest), packages };
  return await pin(installing, manifest, locked);
}

/** Whether a pinned plugin is on this machine, with the files that are pinned. */
export function isWhole(lock: Pick<Lock, 'path'>, locked: LockedPlugin, cache: string): boolean {
  const folder = pluginFolder(lock, locked, cache);
  if (!existsSync(folder)) return false;
  return locked.integrity === undefined || treeIntegrity(dirname(folder)) === locked.integrity;
}

/**
 * Brings what a lock file pins onto this machine again; true when there was something to do. Throws `StepError` PLUGIN_CHANGED
 * when its source has other files now, and what `installPlugin` throws.
 */
export async function restorePlugin(name: string, locked: LockedPlugin, installing: Installing): Promise<boolean> {
  const { lockFile, cache, npm } = installing;
  const { source: text, integrity, packages = {} } = locked;
  if (isWhole({ path: lockFile }, locked, cache)) return false;
  if (integrity === undefined) {
    const folder = resolve(dirname(lockFile), locked.link ?? '');
    throw new UsageError(`the plugin ${name} is linked from ${folder}, which is not there`, {
      code: 'PLUGIN_NOT_INSTALLED',
      hint: `put the folder back, or: kiln plugins remove ${name}`,
    });
  }
  const source = parseSource(text, dirname(lockFile));
  await using place = await openStage(cache);
  const installable = await installableOf(source, place.path, npm);
  const staged = await stageAgain(name, packages, installable, place.path, cache, npm);
  const found = treeIntegrity(dirname(staged.folder));
  if (found === integrity) {
    await staged.commit();
    return true;
  }
  throw new StepError(
    `the plugin ${name} ${locked.version} is not installed: ${text} has other files than the lock file pins`,
    {
      code: 'PLUGIN_CHANGED',
      hint: `find out why; to take them as they are now: kiln plugins remove ${name}, and install it again`,
    },
  );
}
