import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginFolder, type PluginParts } from '../../support/kiln/plugin-folder.ts';
import { kilnIn, root } from '../kiln-place.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with templates, a mirror of plugins and a store of its own. */
export interface PluginPlace {
  readonly directory: string;
  readonly path: (...names: readonly string[]) => string;
  /** Runs Kiln: the bundle of this checkout, or another one. */
  readonly kiln: (args: readonly string[], env?: NodeJS.ProcessEnv, cli?: string) => Promise<Ran>;
  /** Writes a plugin's folder. */
  readonly folder: (name: string, parts?: PluginParts) => string;
  /** Packs it into the mirror; path of the tarball. */
  readonly publish: (name: string, parts?: PluginParts) => string;
  readonly write: (name: string, content: object | string) => string;
  readonly lock: () => { readonly plugins: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  /** What the store has, unfinished things too. */
  readonly store: () => readonly string[];
  readonly remove: () => void;
}

/** A template with one provisioner of a plugin. */
export function template(message: string, required?: object): object {
  return {
    ...(required === undefined ? {} : { required_plugins: required }),
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [{ type: 'hello', message }],
  };
}

export function pluginPlace(): PluginPlace {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-plugins-'));
  const path = (...names: readonly string[]): string => join(directory, ...names);
  mkdirSync(path('mirror'));
  const environment = { ...kilnIn(directory), KILN_PLUGIN_MIRROR: path('mirror'), npm_config_cache: path('npm') };
  const folder: PluginPlace['folder'] = (name, parts) => pluginFolder(path(name), parts);
  const store = path('cache/plugins');
  return {
    directory,
    path,
    folder,
    kiln: async (args, env = {}, cli = join(root, 'dist/cli.cjs')) => {
      const child = spawn(process.execPath, [cli, ...args], {
        cwd: directory,
        env: { ...environment, ...env },
      });
      const texts = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, ...texts };
    },
    publish: (name, parts) => {
      const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', path('mirror'), folder(name, parts)];
      return path('mirror', execFileSync('npm', args, { cwd: directory, env: environment, encoding: 'utf8' }).trim());
    },
    write: (name, content) => {
      writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content));
      return name;
    },
    lock: () => JSON.parse(readFileSync(path('kiln-plugins.lock.json'), 'utf8')) as ReturnType<PluginPlace['lock']>,
    store: () => readdirSync(store).filter((name) => name !== '.locks'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
