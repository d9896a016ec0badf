import type { Plugin } from 'esbuild';
import { readSchema } from '../../schema/read-schema.ts';

/**
 * A component's schema.json, or a mixin of Kiln's own, as one object: what is shipped reads no schema of the sources.
 * (It saves 1 % of the processor time of `kiln validate`, and would not be here for that.)
 */
export const composedSchemas: Plugin = {
  name: 'composed-schemas',
  setup(bundler) {
    bundler.onLoad({ filter: /[/.]schema\.json$/ }, async ({ path }) => ({
      contents: JSON.stringify(await readSchema(path)),
      loader: 'json',
    }));
  },
};
