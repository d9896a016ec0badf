import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One file's import of another, by paths from the root of the checkout. Imports of types count. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.{1,2}\/[^']+\.ts)'/g;

/** What a source file at `path` imports of this checkout. */
export function importsOf(path: string, text: string): readonly Import[] {
  return [...text.matchAll(IMPORT)].map(([, found = '']) => ({
    from: path,
    to: normalize(join(dirname(path), found)),
  }));
}

/** The imports of all TypeScript sources below the folders. */
export function readImports(root: string, folders: readonly string[]): readonly Import[] {
  const patterns = folders.map((folder) => `${folder}/**/*.ts`);
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], { cwd: root });
  const files = listed
    .toString()
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** From one room, a folder or a file, to another. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly imports: readonly Import[];
}

/** What an import is an arrow between. Undefined: nothing that counts. */
type Rooms = (each: Import) => readonly [string, string] | undefined;

export function files({ from, to }: Import): readonly [string, string] {
  return [from, to];
}

/** The two that stand beside each other in one folder, files or folders: "core/run/scope" and "core/run/report.ts". */
export function neighbours({ from, to }: Import): readonly [string, string] | undefined {
  const [a, b] = [from.split('/'), to.split('/')];
  const fork = a.findIndex((part, index) => part !== b[index]);
  return fork < 1 ? undefined : [a.slice(0, fork + 1).join('/'), b.slice(0, fork + 1).join('/')];
}

function arrowsOf(imports: readonly Import[], rooms: Rooms): ReadonlyMap<string, ReadonlyMap<string, Arrow>> {
  const arrows = new Map<string, Map<string, Arrow>>();
  for (const each of imports) {
    const [from, to] = rooms(each) ?? [];
    if (from === undefined || to === undefined) continue;
    const out = arrows.get(from) ?? new Map<string, Arrow>();
    out.set(to, { from, to, imports: [...(out.get(to)?.imports ?? []), each] });
    arrows.set(from, out);
  }
  return arrows;
}

/** The shortest way along arrows, or undefined. */
function way(arrows: ReturnType<typeof arrowsOf>, start: string, end: string): readonly Arrow[] | undefined {
  const reached = new Map<string, readonly Arrow[]>([[start, []]]);
  for (const [room, path] of reached) {
    for (const arrow of arrows.get(room)?.values() ?? []) {
      if (arrow.to === end) return [...path, arrow];
      if (!reached.has(arrow.to)) reached.set(arrow.to, [...path, arrow]);
    }
  }
  return undefined;
}

/**
 * A sentence for each circle between rooms: the way around, the arrow that the fewest imports make, and the file to move
 * so that it goes.
 */
export function circles(imports: readonly Import[], rooms: Rooms): readonly string[] {
  const arrows = arrowsOf(imports, rooms);
  const told = new Set<string>();
  const found: string[] = [];
  for (const room of arrows.keys()) {
    const around = told.has(room) ? undefined : way(arrows, room, room);
    if (around === undefined) continue;
    for (const { from } of around) told.add(from);
    const [weakest] = [...around].sort((a, b) => a.imports.length - b.imports.length);
    const edges = weakest?.imports.map(({ from, to }) => `${from} imports ${to}`).join('; ') ?? '';
    const moved = [...new Set(weakest?.imports.map(({ to }) => to))].join(', ');
    found.push(
      `${[...around.map(({ from }) => from), room].join(' → ')} is a circle. Its weakest arrow: ${edges}. ` +
        `Move what is asked for there (${moved}) to ${weakest?.from ?? ''}, or below both.`,
    );
  }
  return found;
}
