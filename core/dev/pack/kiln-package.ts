import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../components.ts';
import { bundlePackages, commonFields, copyBeside, readPackage, writePackage } from './packages.ts';

/** What the bundle in dist/ asks Node for. */
const runtimePackages: readonly string[] = ['@xmldom/xmldom', 'ajv', 'hash-wasm', 'ssh2', 'yaml'];

/** Writes the package `kiln`, the command line, into a folder. */
export function writeKilnPackage(folder: string): void {
  const dist = join(root, 'dist');
  for (const file of readdirSync(dist, { withFileTypes: true })) {
    if (file.isFile()) cpSync(join(dist, file.name), join(folder, 'dist', file.name));
  }
  copyBeside(['LICENSE', 'README.md', 'CHANGELOG.md'], folder);
  const versions = bundlePackages(runtimePackages, folder);
  writePackage(folder, {
    ...commonFields(),
    name: 'kiln',
    description: readPackage(root)['description'],
    type: 'commonjs',
    exports: { './package.json': './package.json' },
    bin: { kiln: 'dist/cli.cjs' },
    files: ['dist'],
    dependencies: versions,
    bundleDependencies: Object.keys(versions),
  });
}
