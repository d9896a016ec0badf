import { readdir, stat } from 'node:fs/promises';

const MAGIC = /[*?[\\]/;

/** Whether the text is a pattern and not simply a path. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function characterSet(not: string, set: string): string {
  const own = set.replace(/\\(.)|[[^]/gsu, (found, escaped?: string) =>
    /[\\\]^[-]/.test(escaped ?? found) ? `\\${escaped ?? found}` : (escaped ?? found),
  );
  return `[${not}${own}]`;
}

/**
 * One part of a path as an expression: "*", "?", "[a-z]", "[^a-z]", and "\" before what stands for itself; undefined
 * for a set that cannot be.
 */
function expression(part: string): RegExp | undefined {
  const pieces = part.matchAll(/\\(.)|\[(\^?)((?:\\.|[^\]])+)\]|(\*)|(\?)|(.)/gsu);
  const source = [...pieces].map(([, escaped, not = '', set, star, one, other]) => {
    if (set !== undefined) return characterSet(not, set);
    if (star !== undefined || one !== undefined) return star === undefined ? '.' : '.*';
    return literal(escaped ?? other ?? '');
  });
  try {
    return new RegExp(`^${source.join('')}$`, 'su');
  } catch {
    return undefined;
  }
}

async function names(directory: string): Promise<readonly string[]> {
  return (await readdir(directory === '' ? '.' : directory).catch(() => [])).sort();
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function below(found: readonly string[], part: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    found.map(async (base) => {
      if (part === '' || part === '.' || part === '..') return [`${base}${part}/`];
      if (!MAGIC.test(part)) return (await exists(`${base}${part}`)) ? [`${base}${part}/`] : [];
      const pattern = expression(part);
      return (await names(base)).filter((name) => pattern?.test(name)).map((name) => `${base}${name}/`);
    }),
  );
  return lists.flat();
}

/**
 * The paths that a pattern of Packer's templates stands for, sorted: "*" and "?" also stand for a dot in front, and
 * nothing stands for several directories. A slash at the end stays.
 */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  const parts = pattern.split('/');
  const wantsSlash = parts.length > 1 && parts.at(-1) === '';
  if (wantsSlash) parts.pop();
  let found: readonly string[] = [''];
  for (const part of parts) found = await below(found, part);
  const paths = found.map((path) => (wantsSlash ? path : path.slice(0, -1)));
  const there = await Promise.all(paths.map(exists));
  return paths.filter((_, index) => there[index]);
}
