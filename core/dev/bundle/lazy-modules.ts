import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { root } from '../components.ts';

const load = createRequire(import.meta.url);

/** Ours that most templates' checks do without. */
const doors = [join(root, 'core/interpolation/index.ts')];

function builtinNames(name: string): readonly string[] {
  return Object.keys(load(name) as object).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key));
}

/** The values that an index file hands on. */
function handedOn(path: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^export \{([^}]*)\} from /gm)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** A module whose values are asked of another when they are first used. */
function stub(path: string, names: readonly string[]): string {
  const getters = names.map((name) => `${name}: { enumerable: true, get: () => (all ??= require("${path}")).${name} }`);
  return `let all;\nObject.defineProperties(exports, {\n${getters.join(',\n')}\n});`;
}

/**
 * Node's own modules, and a few of ours, are loaded when something in them is used, not when the file that imports them
 * is: node:fs/promises alone takes 5 ms.
 */
export const lazyModules: Plugin = {
  name: 'lazy-modules',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy' },
    );
    bundler.onResolve({ filter: /\/index\.ts$/ }, ({ path, resolveDir, namespace }) => {
      const found = join(resolveDir, path);
      if (namespace === 'lazy') return { path };
      return doors.includes(found) ? { path: found, namespace: 'lazy' } : undefined;
    });
    bundler.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: stub(path, path.startsWith('node:') ? builtinNames(path) : handedOn(path)),
      loader: 'js',
    }));
  },
};
