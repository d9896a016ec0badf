import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { entryPoints } from '../api/sdk-api.ts';
import { composedSchemas } from '../bundle/composed-schemas.ts';
import { root } from '../components.ts';
import { declarationsOf } from './declarations.ts';
import { bundlePackages, commonFields, copyBeside, readPackage, writePackage } from './packages.ts';

/** Where npm has a package's modules and its types. */
interface EntryPoint {
  readonly types: string;
  readonly default: string;
}

/** The modules, and the packages that they ask Node for. */
async function writeModules(files: readonly string[], folder: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...files],
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [composedSchemas],
  });
  const asked = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const names = asked.map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)].filter((name) => !name.startsWith('node:')).sort();
}

function writeDeclarations(files: readonly string[], folder: string): void {
  for (const [path, text] of declarationsOf(files)) {
    const target = join(folder, 'types', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

/** Writes the package `kiln-sdk`, what plugins are written and tested with, into a folder. */
export async function writeSdkPackage(folder: string): Promise<void> {
  const points = Object.entries(entryPoints());
  const files = points.map(([, file]) => file);
  const asked = await writeModules(files, folder);
  writeDeclarations(files, folder);
  const versions = bundlePackages(asked, folder);
  copyBeside(['LICENSE'], folder);
  writeFileSync(join(folder, 'README.md'), readFileSync(join(root, 'plugins/sdk/README.md')));
  const exported = points.map(([name, file]): readonly [string, EntryPoint] => [
    name.replace(/^kiln-sdk/, '.'),
    {
      types: `./types/${relative(root, file).replace(/\.ts$/, '.d.ts')}`,
      default: `./dist/${basename(file).replace(/\.ts$/, '.js')}`,
    },
  ]);
  writePackage(folder, {
    ...commonFields(),
    name: 'kiln-sdk',
    description: readPackage(join(root, 'plugins/sdk'))['description'],
    type: 'module',
    sideEffects: false,
    exports: { ...Object.fromEntries(exported), './package.json': './package.json' },
    files: ['dist', 'types'],
    peerDependencies: { '@types/node': '>=24' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
    dependencies: versions,
    bundleDependencies: Object.keys(versions),
  });
}
