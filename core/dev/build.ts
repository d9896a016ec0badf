/** Bundles the command line into dist/: schemas with their mixins merged in, and a compiled validator for each. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { readTemplates, SHIPPED } from '../../plugins/new/templates.ts';
import { componentFolders, root } from './components.ts';
import { composedSchemas } from './bundle/composed-schemas.ts';
import { importerName, importerText, importsBeside } from './bundle/import-module.ts';
import { giveExports, lazyImports } from './bundle/lazy-imports.ts';
import { besides, separateBundles } from './bundle/separate-bundle.ts';
import { validatorSource } from './bundle/validator-source.ts';

const components = componentFolders();

/**
 * core/schema/compile.ts with validators compiled now instead of at start-up: importing ajv alone takes 35 ms, and
 * `kiln validate` 2.1 times the processor time.
 */
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
exports.compileSchema = async (kind, type, schema) => {
  const load = table[kind + '/' + type];
  if (load !== undefined && schema['x-extended'] !== true) return (await load()).default;
  return (await import('./core/schema/compile-with-ajv.ts')).compileWithAjv(schema);
};`,
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
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  charset: 'ascii',
  legalComments: 'none',
  // In a script that Kiln compiles itself, an import() of Node's modules makes Node warn of an experiment.
  supported: { 'dynamic-import': false },
  external: ['hash-wasm', 'ssh2', 'yaml', 'ajv', 'ajv/*', '@xmldom/xmldom'],
  logLevel: 'warning',
} as const satisfies BuildOptions;

async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({ ...common, ...options });
  return outputFiles.map(({ text }) => text).join('');
}

const separate = await separateBundles(common);
const bundle = await bundled({
  entryPoints: ['core/cli/main.ts'],
  mainFields: ['module', 'main'],
  banner: { js: giveExports },
  define: { 'import.meta.dirname': '__dirname' },
  plugins: [importsBeside, besides(separate), composedSchemas, compiledValidators, lazyImports],
});
const text = `(function (require, module, exports, __dirname) {${bundle}})\n`;
// The bundler leaves regular expressions as they are written, and the bundle is not read as UTF-8.
const [foreign] = /.{0,40}[^\0-\x7f].{0,40}/.exec(text) ?? [];
if (foreign !== undefined) throw new Error(`write this in ASCII, with \\u: ${foreign}`);
// Compiled code that belongs to another text must not be found, hence the name.
const name = `kiln-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
// What npm installs is started by whatever Node.js there is: an older one reads this much at least.
const refuseOlderNode =
  'if (parseInt(process.versions.node, 10) < 24) { process.stderr.write("error: Kiln needs Node.js 24 or newer, and this is " + process.versions.node + "\\n"); process.exit(1); }';
const start = await bundled({
  entryPoints: ['core/cli/start.ts'],
  banner: { js: `#!/usr/bin/env node\n${refuseOlderNode}` },
  define: { 'import.meta.dirname': '__dirname', BUNDLE_NAME: JSON.stringify(name) },
});

const directory = join(root, 'dist');

function put(file: string, content: string): void {
  writeFileSync(join(directory, `${file}.new`), content);
  renameSync(join(directory, `${file}.new`), join(directory, file));
}

mkdirSync(directory, { recursive: true });
for (const each of separate) put(`${each.name}.cjs`, each.text);
put(importerName, importerText);
put(SHIPPED, JSON.stringify(readTemplates()));
put(`${name}.cjs`, text);
const sample = join(root, 'core/dev/sample.json');
// Without compiled code Kiln is slower, and nothing else: a sample that fails is for the tests to complain about.
// Each takes what is there and adds to it.
for (const command of ['validate', 'inspect']) {
  const args = [join(import.meta.dirname, 'write-code-cache.ts'), directory, name, command, sample];
  spawnSync(process.execPath, args, { env: { PATH: process.env['PATH'] } });
}
put('cli.cjs', start);
// Another build, or a Kiln that starts just now, may still need what is young.
const YOUNG = 60_000;
for (const file of readdirSync(directory)) {
  const path = join(directory, file);
  const own =
    ['cli.cjs', importerName, SHIPPED, ...separate.map((each) => `${each.name}.cjs`)].includes(file) ||
    file.startsWith(`${name}.`);
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (!own && age > YOUNG) rmSync(path, { recursive: true, force: true });
}
