import type { Plugin } from 'esbuild';

/**
 * `plugins/installed/import-module.ts` as a file beside the bundle, which is a script that Kiln compiles itself: Node warns of
 * an experiment when such a one calls `import()`.
 */
export const importerName = 'import-module.cjs';
export const importerText = '"use strict";\nexports.importModule = async (url) => import(url);\n';

/** Makes the bundle load that file. */
export const importsBeside: Plugin = {
  name: 'imports-beside',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/import-module\.ts$/ }, () => ({
      path: `./${importerName}`,
      external: true,
    }));
  },
};
