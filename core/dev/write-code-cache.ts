/**
 * `node core/dev/write-code-cache.ts DIRECTORY BUNDLE ARGUMENT...` runs the bundle as the command line does, and keeps
 * what V8 compiled meanwhile in BUNDLE.cache.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleScript } from '../cli/bundle-script.ts';

const [directory = '', name = '', ...args] = process.argv.slice(2);
const bundle = bundleScript(directory, name);
process.on('exit', () => {
  const path = join(directory, `${name}.cache`);
  // V8 looks at its head and its length alone: it must never be found with a part that a crash of the machine left out.
  writeFileSync(`${path}.new`, bundle.compiled(), { flush: true });
  renameSync(`${path}.new`, path);
});
process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
bundle.run(createRequire(join(directory, 'cli.cjs')));
