/** What installed plugins cost a `kiln validate`: fifty pinned and none used, and fifty pinned and one used. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../core/dev/components.ts';
import { storePlace } from '../../plugins/installed/place.ts';
import { treeIntegrity } from '../../plugins/installed/tree-integrity.ts';
import { pluginFolder } from '../support/kiln/plugin-folder.ts';
import { compare, type Contender } from './paired.ts';

const PLUGINS = 50;
const ROUNDS = 31;
const TARGET = 1.05;

const directory = mkdtempSync(join(tmpdir(), 'kiln-bench-plugins-'));
const cache = join(directory, 'cache');

/** Puts a plugin into the store, as installing does; its entry of a lock file. */
function installed(index: number): readonly [string, object] {
  const name = `kiln-plugin-${index}`;
  const type = index === 0 ? 'hello' : `hello-${index}`;
  const place = join(directory, name);
  pluginFolder(join(place, 'plugin'), { name, type });
  const integrity = treeIntegrity(place);
  cpSync(place, storePlace(cache, integrity), { recursive: true });
  const packages = { [`node_modules/${name}`]: { version: '1.0.0', integrity } };
  return [name, { version: '1.0.0', source: name, integrity, components: { provisioners: [type] }, packages }];
}

/** A directory with a lock file that pins so many plugins, and a template with one provisioner. */
function contender(name: string, plugins: readonly (readonly [string, object])[], provisioner: object): Contender {
  const place = join(directory, name.replaceAll(' ', '-'));
  mkdirSync(place);
  const lock = { lockVersion: 1, plugins: Object.fromEntries(plugins) };
  if (plugins.length > 0) writeFileSync(join(place, 'kiln-plugins.lock.json'), JSON.stringify(lock));
  const template = { builders: [{ type: 'null', communicator: 'none' }], provisioners: [provisioner] };
  writeFileSync(join(place, 'web.json'), JSON.stringify(template));
  const env = { PATH: process.env['PATH'], HOME: directory, KILN_CACHE_DIR: cache };
  return {
    name,
    program: process.execPath,
    args: [join(root, 'dist/cli.cjs'), 'validate', 'web.json'],
    cwd: place,
    env,
  };
}

const all = Array.from({ length: PLUGINS }, (_, index) => installed(index));
const own = { type: 'shell-local', inline: ['true'] };
const theirs = { type: 'hello', message: 'hi' };
try {
  const none = contender('none installed', [], own);
  compare('start-up with plugins, none used', contender('fifty installed', all, own), none, ROUNDS, TARGET);
  const one = contender('one installed and used', all.slice(0, 1), theirs);
  const used = contender('fifty installed and one used', all, theirs);
  compare('start-up with plugins, one used', used, one, ROUNDS, TARGET);
  compare('what using one costs', used, none, ROUNDS, TARGET);
} finally {
  rmSync(directory, { recursive: true });
}
