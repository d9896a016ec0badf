import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from '../components.ts';

const SPECIFIER = /(\bfrom |\bimport\(|^import )(['"])(\.{1,2}\/[^'"]+)\.ts\2/gm;

/** Declarations of the files, by their paths below the root, as TypeScript writes them. */
function emitted(files: readonly string[]): ReadonlyMap<string, string> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root);
  const program = ts.createProgram(files, {
    ...options,
    noEmit: false,
    emitDeclarationOnly: true,
    outDir: root,
    rootDir: root,
  });
  const texts = new Map<string, string>();
  program.emit(undefined, (path, text) => texts.set(relative(root, path), text), undefined, true);
  return texts;
}

/** Paths of the declarations that others of ours are made of. */
function namedIn(path: string, text: string): readonly string[] {
  return [...text.matchAll(SPECIFIER)].map(([, , , specifier = '']) => join(dirname(path), `${specifier}.d.ts`));
}

/**
 * Declarations of entry points and of all that they speak of, each type once, comments and all: paths below the root and texts.
 * They name each other as JavaScript that is not there, which is how TypeScript wants it.
 */
export function declarationsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const texts = emitted(files);
  const wanted = new Map<string, string>();
  const pending = files.map((file) => relative(root, file).replace(/\.ts$/, '.d.ts'));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const text = texts.get(path);
    if (wanted.has(path) || text === undefined) continue;
    wanted.set(path, text.replaceAll(SPECIFIER, '$1$2$3.js$2'));
    pending.push(...namedIn(path, text));
  }
  return wanted;
}
