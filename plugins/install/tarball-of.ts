import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, StepError } from '../../core/errors/errors.ts';
import { runProgram } from '../../core/process/program.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { readPackageOf } from './archive.ts';
import { runNpm, type Npm } from './npm.ts';
import type { Source } from './source.ts';

/** What belongs to who works on a plugin, and not to the plugin. */
const leftOut: readonly string[] = ['.git', 'node_modules'];

/** A plugin of another language needs no package.json; npm does. */
async function withPackageFile(folder: string, place: string): Promise<string> {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const { name, version, description } = readManifest(folder);
  await cp(folder, place, {
    recursive: true,
    filter: (path) => !leftOut.includes(path.slice(path.lastIndexOf('/') + 1)),
  });
  await writeFile(join(place, 'package.json'), JSON.stringify({ name, version, description }));
  return place;
}

/** Packs a folder as `npm pack` does, without running any of its scripts; path of the tarball. */
async function packFolder(folder: string, place: string, npm: Npm): Promise<string> {
  await mkdir(place, { recursive: true });
  const whole = await withPackageFile(folder, join(place, 'copy'));
  await runNpm(npm, place, ['pack', whole, '--pack-destination', place, '--silent']);
  const file = (await readdir(place)).find((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new StepError(`npm has packed nothing of ${folder}`, { code: 'PLUGIN_INSTALL' });
  return join(place, file);
}

/** The settings by which a repository's own configuration, hooks and submodules do nothing. */
const harmless: readonly string[] = ['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.ext.allow=never'];

async function clone(url: string, ref: string, place: string, signal: AbortSignal): Promise<void> {
  const git = async (...args: readonly string[]): Promise<unknown> =>
    runProgram('git', [...harmless, ...args], { signal, env: { GIT_TERMINAL_PROMPT: '0' } });
  try {
    await git('clone', '--quiet', '--no-checkout', '--', url, place);
    await git('-C', place, 'checkout', '--quiet', '--detach', ref === '' ? 'HEAD' : ref, '--');
  } catch (error) {
    if (!(error instanceof CommandError) || error.code === 'PROGRAM_MISSING') throw error;
    const why = (error.outputTail ?? '').trim().split('\n').at(-1) ?? '';
    throw new StepError(`git cannot fetch ${url}${ref === '' ? '' : `#${ref}`}: ${why}`, {
      code: 'PLUGIN_INSTALL',
      hint: 'see that "git clone" can; a login is asked for by nobody here',
      cause: error,
    });
  }
}

/**
 * What npm is told to install for a source: a name, an address, or the path of a tarball that is made in `place` when the source
 * is a folder or a repository. Nothing of the source runs.
 */
export async function installableOf(source: Source, place: string, npm: Npm): Promise<string> {
  switch (source.kind) {
    case 'npm':
      return source.spec;
    case 'address':
      return source.url;
    case 'tarball':
      await readPackageOf(source.path);
      return source.path;
    case 'folder':
      return packFolder(source.path, join(place, 'packed'), npm);
    case 'git': {
      const checkout = join(place, 'checkout');
      await clone(source.url, source.ref, checkout, npm.signal);
      return packFolder(checkout, join(place, 'packed'), npm);
    }
  }
}
