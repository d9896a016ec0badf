import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const load = createRequire(import.meta.url);

/** A module whose values are asked of Node's when they are first used. */
function stub(name: string): string {
  const values = Object.keys(load(name) as object).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key));
  const getters = values.map((key) => `${key}: { enumerable: true, get: () => require("${name}").${key} }`);
  return `Object.defineProperties(exports, {\n${getters.join(',\n')}\n});`;
}

/**
 * Node's own modules are loaded when something in them is used, not when the file that imports them is:
 * node:fs/promises alone takes 5 ms.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === 'lazy-builtin' ? { path, external: true } : { path, namespace: 'lazy-builtin' },
    );
    bundler.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({
      contents: stub(path),
      loader: 'js',
    }));
  },
};
