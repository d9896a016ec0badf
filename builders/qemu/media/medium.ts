import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, posix, resolve } from 'node:path';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import { expandGlob, isGlob } from '../../../plugins/sdk/files.ts';

/** A path on this machine, or the text of a file that has none. */
export type MediumFile = { readonly hostPath: string } | { readonly text: string };

/** What is to be on a floppy or a CD; its paths have no slash in front. */
export interface Medium {
  readonly directories: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, MediumFile>;
}

/** How the sources of an option come onto the medium. */
export type Layout = 'tree' | 'named tree' | 'flat';

export interface Sources {
  /** Name of the option. */
  readonly option: string;
  readonly paths: readonly string[];
  /**
   * tree: a directory keeps its name unless a slash is behind it, as with rsync; named tree: it always does; flat: all
   * files go into the root.
   */
  readonly layout: Layout;
}

interface MediumEntry {
  readonly path: string;
  /** Undefined for a directory. */
  readonly hostPath: string | undefined;
}

/** Where a path of the template is on the medium, in plain form; undefined when it would not be on it. */
export function pathOnMedium(text: string): string | undefined {
  const plain = posix.normalize(`/${text}`).replace(/^\/+|\/+$/g, '');
  return plain === '' || text.endsWith('/') || text.split('/').includes('..') ? undefined : plain;
}

/** All paths below a directory, which itself is at `path` on the medium; of a file just that. */
async function walk(hostPath: string, path: string, above: readonly string[]): Promise<readonly MediumEntry[]> {
  const facts = await stat(hostPath);
  if (!facts.isDirectory()) return [{ path, hostPath }];
  const real = await realpath(hostPath);
  if (above.includes(real)) {
    throw new StepError(`the directory ${hostPath} contains itself by a symbolic link`, { code: 'MEDIUM_LOOP' });
  }
  const names = (await readdir(hostPath)).sort();
  const inside = await Promise.all(
    names.map((name) => walk(join(hostPath, name), path === '' ? name : `${path}/${name}`, [...above, real])),
  );
  return [...(path === '' ? [] : [{ path, hostPath: undefined }]), ...inside.flat()];
}

async function placesOf(source: string, layout: Layout): Promise<readonly MediumEntry[]> {
  const dissolves = layout === 'tree' && /(^|\/)\.{0,2}$/.test(source) && (await stat(source)).isDirectory();
  const all = await walk(source, dissolves ? '' : basename(resolve(source)), []);
  if (layout !== 'flat') return all;
  return all.filter(({ hostPath }) => hostPath !== undefined).map((one) => ({ ...one, path: basename(one.path) }));
}

async function sourcesOf(pattern: string, pointer: string, warn: (text: string) => void): Promise<readonly string[]> {
  if (isGlob(pattern)) {
    const paths = await expandGlob(pattern);
    if (paths.length === 0) warn(`nothing matches ${pattern} (${pointer.slice(1).replace('/', ' ')})`);
    return paths;
  }
  const there = await stat(pattern).catch(() => undefined);
  if (there !== undefined) return [pattern];
  throw new StepError(`there is no ${pattern}`, {
    code: 'MEDIUM_FILE_MISSING',
    pointer,
    hint: 'relative paths start from the working directory',
  });
}

async function placesOfAll(
  options: readonly Sources[],
  warn: (text: string) => void,
): Promise<readonly (MediumEntry & { readonly option: string; readonly pointer: string })[]> {
  const wanted = options.flatMap(({ option, paths, layout }) =>
    paths.map((pattern, index) => {
      const pointer = `/${option}/${index}`;
      return aboutOption(pointer, async () => {
        const sources = await sourcesOf(pattern, pointer, warn);
        const places = await Promise.all(sources.map((source) => placesOf(source, layout)));
        return places.flat().map((place) => ({ ...place, option, pointer }));
      });
    }),
  );
  return (await Promise.all(wanted)).flat();
}

function directoriesAbove(path: string): readonly string[] {
  const above = posix.dirname(path);
  return above === '.' ? [] : [above, ...directoriesAbove(above)];
}

/**
 * Finds what the options ask for; reads no file yet. Of two files for one place the later is taken, and `warn` is
 * told; texts come last. Throws `StepError` MEDIUM_FILE_MISSING, MEDIUM_LOOP or MEDIUM_CLASH.
 */
export async function gather(
  options: readonly Sources[],
  texts: Readonly<Record<string, string>>,
  warn: (text: string) => void,
): Promise<Medium> {
  const places = await placesOfAll(options, warn);
  const onHost = new Map<string, string>();
  for (const { path, hostPath, option } of places) {
    if (hostPath === undefined) continue;
    const before = onHost.get(path);
    if (before !== undefined && resolve(before) !== resolve(hostPath)) {
      warn(`${path} is named twice in ${option}; ${hostPath} is taken and ${before} is not`);
    }
    onHost.set(path, hostPath);
  }
  const files = new Map<string, MediumFile>([...onHost].map(([path, hostPath]) => [path, { hostPath }]));
  for (const [place, text] of Object.entries(texts)) files.set(pathOnMedium(place) ?? place, { text });
  const directories = new Set([
    ...places.filter(({ hostPath }) => hostPath === undefined).map(({ path }) => path),
    ...[...files.keys()].flatMap(directoriesAbove),
  ]);
  const clash = [...files.keys()].find((path) => directories.has(path));
  if (clash === undefined) return { directories, files };
  throw new StepError(`${clash} would be a file and a directory at once`, {
    code: 'MEDIUM_CLASH',
    // A text's option is its caller's.
    pointer: places.find(({ path, hostPath }) => hostPath !== undefined && path === clash)?.pointer,
  });
}
