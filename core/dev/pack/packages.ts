import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { root } from '../components.ts';

/** As much of a package.json as is read and written here. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

export function readPackage(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
}

export function writePackage(folder: string, content: PackageFile): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Folder of an installed package that `from` depends on. */
function folderOf(name: string, from: string): string {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
  if (found === undefined) throw new Error(`${from} depends on ${name}, which is not installed`);
  return found;
}

/** Declarations, source maps and tests, of which a program that runs has no use. */
const unused = /\.d\.[cm]?ts$|\.map$|^(?:test|examples|SFTP\.md)$/;

/**
 * Copies packages, and what they depend on, into a package's own node_modules: it installs without a server and without tools
 * that compile. Native parts, which all of them do without, are left out. Versions of those that were named.
 */
export function bundlePackages(names: readonly string[], folder: string): Readonly<Record<string, string>> {
  const done = new Set<string>();
  const copy = (name: string, from: string): string => {
    const source = folderOf(name, from);
    const { scripts: _scripts, gypfile: _gyp, optionalDependencies, ...kept } = readPackage(source);
    if (done.has(source)) return kept.version;
    done.add(source);
    const target = join(folder, relative(root, source));
    cpSync(source, target, {
      recursive: true,
      filter: (path) =>
        !path
          .slice(source.length + 1)
          .split('/')
          .some((part) => unused.test(part) || part === 'node_modules'),
    });
    const optional = Object.keys(optionalDependencies ?? {});
    const needed = Object.entries(kept.dependencies ?? {}).filter(([each]) => !optional.includes(each));
    writePackage(target, { ...kept, dependencies: Object.fromEntries(needed) });
    for (const [each] of needed) copy(each, source);
    return kept.version;
  };
  return Object.fromEntries(names.map((name) => [name, copy(name, root)]));
}

/** What the packages have in common. */
export function commonFields(): Pick<PackageFile, 'version'> & PackageFile {
  const { version, license, engines } = readPackage(root);
  return { name: '', version, license, engines };
}

export function copyBeside(names: readonly string[], folder: string): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(root, name), join(folder, name));
  }
}
