import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { root } from '../components.ts';

/** A file beside the bundle, loaded when what is in it is first asked for. */
export interface SeparateBundle {
  readonly name: string;
  readonly text: string;
}

/** Modules that bring a cloud's SDK with them: they are imported dynamically only, and
 * nothing of ours that they import has a state. */
const entries: Readonly<Record<string, string>> = {
  amazon: 'builders/_amazon/api/connect.ts',
  'amazon-s3': 'builders/_amazon/api/s3/connect.ts',
  'google-login': 'clients/google-login/driver.ts',
  googlecompute: 'builders/_googlecompute/api/connect.ts',
  'upload-s3': 'post-processors/upload/targets/s3/driver.ts',
};

/**
 * The schemas of an SDK, which are lists with computed keys: the bundler dares not leave those out that nobody uses, and
 * those of EC2 alone are half a megabyte. Without them the SDK loads in 71 ms of processor time instead of 132.
 */
const unusedSchemas: Plugin = {
  name: 'unused-schemas',
  setup(bundler) {
    bundler.onLoad({ filter: /\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(
        /^(export )?var (\w+\$?) = (\[[^;]*\]);$/gm,
        (_whole, exported: string | undefined, name: string, value: string) =>
          `${exported ?? ''}var ${name} = /* @__PURE__ */ (() => ${value})();`,
      );
      const [left] = /^(?:export )?var \w+\$? = \[.{0,40}/m.exec(contents) ?? [];
      if (contents === text || left !== undefined)
        throw new Error(`${path}: a schema of an unknown form: ${left ?? ''}`);
      return { contents, loader: 'js' };
    });
  },
};

/** Ours do nothing by being loaded, so that of the SDK, which hands on everything, only what is used comes along. */
const noEffects: Plugin = {
  name: 'no-effects',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
  },
};

export async function separateBundles(common: BuildOptions): Promise<readonly SeparateBundle[]> {
  return Promise.all(
    Object.entries(entries).map(async ([name, entry]) => {
      const { outputFiles } = await build({
        ...common,
        entryPoints: [entry],
        mainFields: ['module', 'main'],
        minify: true,
        write: false,
        plugins: [unusedSchemas, noEffects],
      });
      const text = outputFiles.map((file) => file.text).join('');
      return { name: `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text };
    }),
  );
}

/** Makes the bundle load the separate ones instead of having what is in them; by require, which needs no loader. */
export function besides(bundles: readonly SeparateBundle[]): Plugin {
  return {
    name: 'besides',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        const index = Object.values(entries).findIndex((entry) => join(root, entry) === join(resolveDir, path));
        const found = bundles[index];
        return found === undefined ? undefined : { path: `./${found.name}.cjs`, namespace: 'besides' };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'besides' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
        loader: 'js',
      }));
      bundler.onResolve({ filter: /.*/, namespace: 'besides' }, ({ path }) => ({ path, external: true }));
    },
  };
}
