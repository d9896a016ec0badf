import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const parents = ['builders', 'provisioners', 'post-processors', 'data-sources', 'lookups'];

function folders(parent) {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** A component may import its own folder, and folders of its parent that start with "_" (shared by a family). */
function componentZones(parent) {
  const types = folders(parent);
  const shared = types.filter((type) => type.startsWith('_'));
  return types.map((type) => ({
    target: `./${parent}/${type}`,
    from: `./${parent}`,
    except: [...new Set([type, ...shared])].map((name) => `./${name}`),
    message: 'Components never import each other.',
  }));
}

/** A component of another kind, or a lookup, may use what a family shares, when its name says that family. */
function familyOf(from, type) {
  const family = `_${type.split('-')[0]}`;
  return folders(from).includes(family) ? [`./${family}`] : [];
}

/** Components of different kinds never import each other. */
function kindZones(target, from) {
  return folders(target).map((type) => ({
    target: `./${target}/${type}`,
    from: `./${from}`,
    except: familyOf(from, type),
    message: 'Components never import each other.',
  }));
}

/** A client is a library of its own: it knows how HTTP is spoken here, and nothing else of Kiln. */
const clientZones = folders('clients').flatMap((client) => [
  ...[...parents, 'plugins', 'test'].map((from) => ({
    target: `./clients/${client}`,
    from: `./${from}`,
    message: 'A client knows nothing of Kiln but core/http.',
  })),
  {
    ...{ target: `./clients/${client}`, from: './core', except: ['./http'] },
    message: 'A client knows nothing of Kiln but core/http.',
  },
  {
    ...{ target: `./clients/${client}`, from: './clients', except: [`./${client}`] },
    message: 'Clients never import each other.',
  },
]);

const engine = folders('core').filter((folder) => !['cli', 'dev'].includes(folder));
const showing = ['cli', 'ui', 'dev'];

/**
 * Who may import whom: core ← plugins/sdk ← components and lookups ← plugins/builtin ← core/cli, and core/http ← clients
 * ← components and lookups.
 * A zone says: files of `target` may not import files of `from`.
 */
export const importZones = [
  ...parents.flatMap((target) => [
    { target: `./${target}`, from: './core', message: 'A component imports the SDK, not the engine.' },
    { target: `./${target}`, from: './plugins', except: ['./sdk'], message: 'A component imports plugins/sdk only.' },
    ...parents.filter((from) => from !== target).flatMap((from) => kindZones(target, from)),
    ...componentZones(target),
  ]),
  ...clientZones,
  ...['installed', 'manifest', 'process', 'sdk'].map((target) => ({
    target: `./plugins/${target}`,
    from: './clients',
    message: 'The SDK knows no cloud.',
  })),
  ...parents.map((from) => ({ target: './plugins/sdk', from: `./${from}`, message: 'The SDK knows no component.' })),
  ...engine.flatMap((folder) =>
    [...parents.map((parent) => `./${parent}`), './plugins', './clients', './core/cli', './core/dev'].map((from) => ({
      target: `./core/${folder}`,
      from,
      message: 'The engine knows no component and no command line.',
    })),
  ),
  ...engine
    .filter((folder) => !showing.includes(folder))
    .map((folder) => ({
      target: `./core/${folder}`,
      from: './core/ui',
      message: 'Only the command line shows things.',
    })),
];
