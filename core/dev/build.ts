/** Bundles the command line into dist/: schemas with their mixins merged in, and a compiled validator for each. */
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { componentFolders, root } from './components.ts';
import { directImports } from './direct-imports.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { validatorSource } from './validator-source.ts';

const components = componentFolders();

/** A component's schema.json as one object, so that nothing is merged at start-up. */
const composedSchemas: Plugin = {
  name: 'composed-schemas',
  setup(bundler) {
    bundler.onLoad({ filter: /\/schema\.json$/ }, ({ path }) => {
      const component = components.find(({ folder }) => join(root, folder, 'schema.json') === path);
      if (component === undefined) return undefined;
      return { contents: JSON.stringify(component.schema), loader: 'json' };
    });
  },
};

/** core/schema/compile.ts with validators compiled now instead of at start-up: importing ajv alone takes 35 ms. */
const compiledValidators: Plugin = {
  name: 'compiled-validators',
  setup(bundler) {
    bundler.onResolve({ filter: /^compiled-validator:/ }, ({ path }) => ({ path, namespace: 'compiled-validator' }));
    bundler.onLoad({ filter: /.*/, namespace: 'compiled-validator' }, ({ path }) => {
      const component = components.find(({ folder }) => path === `compiled-validator:${folder}`);
      if (component === undefined) return undefined;
      return { contents: validatorSource(component.schema), loader: 'js', resolveDir: root };
    });
    bundler.onResolve({ filter: /\/compile\.ts$/ }, ({ path, resolveDir }) => {
      const found = join(resolveDir, path);
      return relative(root, found) === 'core/schema/compile.ts'
        ? { path: 'table', namespace: 'validator-table' }
        : undefined;
    });
    bundler.onLoad({ filter: /.*/, namespace: 'validator-table' }, () => {
      const rows = components.map(
        ({ kind, type, folder }) =>
          `${JSON.stringify(`${kind}/${type}`)}: () => import("compiled-validator:${folder}")`,
      );
      return {
        contents: `const table = {${rows.join(',\n')}};
export async function compileSchema(kind, type, schema) {
  const load = table[kind + '/' + type];
  if (load !== undefined) return (await load()).default;
  return (await import('./core/schema/compile-with-ajv.ts')).compileWithAjv(schema);
}`,
        loader: 'js',
        resolveDir: root,
      };
    });
  },
};

/**
 * One CommonJS file: Node finds, reads and links it several times faster than many ES modules, and what a command does
 * not use is not run. A Kiln that is running has it all in memory, so that the checkout may be built anew meanwhile.
 */
await build({
  absWorkingDir: root,
  entryPoints: ['core/cli/main.ts'],
  outfile: 'dist/cli.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  external: ['ssh2', 'ajv', 'ajv/*'],
  define: { 'import.meta.dirname': '__dirname' },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [lazyBuiltins, directImports, composedSchemas, compiledValidators],
});
