import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transform, type Plugin } from 'esbuild';
import { root } from '../components.ts';

/** What the bundle begins with: how a module gives its exports away, before anything in it has run. */
export const giveExports =
  'var __give=(to,all)=>{for(const name in all)Object.defineProperty(to,name,{get:all[name],enumerable:true})};';

/** The bundler's helpers, which it writes into every file that it makes CommonJS. */
const HELPERS = /^(?:var __\w+ = .*\n(?:[ })].*\n)*)*/;
const EXPORTS = /^var (\w+) = \{\};\n(?:__export\(\1, (\{\n[^]*?\n\})\);\n)?module\.exports = __toCommonJS\(\1\);\n/;
/** An import by names, or of a default. */
const BY_NAME = /^var (import_\w+) = (?:require\("([^"]+)"\)|__toESM\(require\("([^"]+)"\)\));\n/gm;
/** An import of all that a file has under one name. */
const AS_A_WHOLE = /^var (\w+) = __toESM\(require\("(\.[^"]+\.ts)"\)\);$/gm;

function withoutImports(code: string, sourcefile: string): string {
  const kept: string[] = [];
  let text = code.replaceAll(BY_NAME, '');
  for (const [, name = '', plain, converted = ''] of code.matchAll(BY_NAME)) {
    const path = plain ?? converted;
    // A file of ours is asked of the bundle, which is a call; what Node has to find is kept.
    const isOurs = path.startsWith('.');
    const load = `require(${JSON.stringify(path)})`;
    const loaded = isOurs ? `(${load})` : `(${name} ??= ${load})`;
    if (!isOurs) kept.push(name);
    const use = plain === undefined ? `${name}(?:\\.default\\b|(?=\\.))` : `${name}(?=\\.)`;
    const parts = text.split(new RegExp(`(?<![\\w$])${use}`));
    const strange = parts.find((part) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(part));
    if (strange !== undefined)
      throw new Error(`${sourcefile}: a use of ${path} that the bundler is not known to write`);
    text = parts.join(loaded);
  }
  return kept.length === 0 ? text : `let ${kept.join(', ')};\n${text}`;
}

/** `source` as CommonJS in which each import is loaded where a name of it is first used. Throws when it cannot be made so. */
export async function lazyCommonJs(source: string, sourcefile: string): Promise<string> {
  const { code } = await transform(source, {
    sourcefile,
    loader: 'ts',
    format: 'cjs',
    platform: 'neutral',
    target: 'node24',
    charset: 'ascii',
    // The bundler lowers it, once for all files.
    supported: { using: true },
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'silent',
  });
  const body = code
    .replace(HELPERS, '')
    .replace(EXPORTS, (_whole, _name, table?: string) => (table === undefined ? '' : `__give(exports, ${table});\n`))
    .replaceAll(AS_A_WHOLE, 'var $1 = require("$2");');
  const rest = body.replaceAll(BY_NAME, '');
  const helpers = [...(HELPERS.exec(code)?.[0] ?? '').matchAll(/^var (__\w+)/gm)].map(([, name = '']) => name);
  const left = helpers.find((name) => rest.includes(name));
  if (left !== undefined) throw new Error(`${sourcefile}: the bundler writes something unknown with ${left}`);
  return withoutImports(body, sourcefile);
}

/**
 * Files of ours as functions of their own, each of which loads what it imports when that is first used: V8 reads and
 * keeps nothing of a file that a command does not come to, and node:fs/promises alone takes 5 ms. Without this
 * `kiln validate` takes 1.4 times the processor time. It works on what the bundler writes, not on the sources as
 * somebody formatted them; when the bundler writes something else, the build fails.
 */
export const lazyImports: Plugin = {
  name: 'lazy-imports',
  setup(bundler) {
    bundler.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => ({
      // Of a file that is one of a package of ES modules the bundler would not believe that it is CommonJS.
      namespace: 'kiln',
      path: relative(root, join(resolveDir, path)),
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'kiln' }, async ({ path }) => ({
      contents: await lazyCommonJs(await readFile(join(root, path), 'utf8'), path),
      loader: 'js',
      resolveDir: dirname(join(root, path)),
    }));
  },
};
