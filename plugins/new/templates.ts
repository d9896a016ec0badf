import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const languages = ['typescript', 'python', 'go', 'sh'] as const;

export type Language = (typeof languages)[number];

/** Files by their paths. */
export type Files = Readonly<Record<string, string>>;

/** What a plugin of a language takes over as it is, of the examples. */
const libraries: Readonly<Partial<Record<Language, string>>> = {
  python: '../../examples/plugins/python/kiln_plugin.py',
  go: '../../examples/plugins/go/kiln.go',
};

function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'config.gen.ts')
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(names.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** All templates by their paths, as the sources have them; what is shipped has them in one file. */
export function readTemplates(): Files {
  const folder = join(import.meta.dirname, 'templates');
  const own = filesIn(folder);
  const taken = Object.entries(libraries).map(([language, path]): [string, string] => [
    `${language}/${path.slice(path.lastIndexOf('/') + 1)}`,
    readFileSync(join(import.meta.dirname, path), 'utf8'),
  ]);
  return { ...own, ...Object.fromEntries(taken) };
}

/** Name of the file beside the bundle that has the templates. */
export const SHIPPED = 'plugin-templates.json';

function allTemplates(): Files {
  const shipped = join(import.meta.dirname, SHIPPED);
  return existsSync(shipped) ? (JSON.parse(readFileSync(shipped, 'utf8')) as Files) : readTemplates();
}

/** The files that a plugin of a language begins with; in TypeScript they differ by kind. */
export function templateFiles(language: Language, kind: string): Files {
  const prefix = language === 'typescript' ? `typescript/${kind}/` : `${language}/`;
  const own = Object.entries(allTemplates()).filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(own.map(([path, text]) => [path.slice(prefix.length), text]));
}
