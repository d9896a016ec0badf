/** Bundles the command line into dist/: schemas with their mixins merged in, and a compiled validator for each. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { componentFolders, root } from './components.ts';
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

const dist = join(root, 'dist');
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** Old chunks stay for a day: a Kiln that is running loads its own when it comes to them. */
async function removeOldChunks(made: readonly string[]): Promise<void> {
  const current = new Set(made.map((path) => join(root, path)));
  const files = (await readdir(dist, { recursive: true })).map((name) => join(dist, name));
  for (const file of files.filter((name) => !current.has(name))) {
    const found = await stat(file);
    if (found.isFile() && Date.now() - found.mtimeMs > DAY_MILLISECONDS) await rm(file);
  }
}

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'core/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [composedSchemas, compiledValidators],
});
await removeOldChunks(Object.keys(metafile.outputs));
