import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/** A file, directory or link as its copy has to be. */
export interface TreeEntry {
  /** Below the directory, its parts joined by "/". */
  readonly path: string;
  /** Where it is read on this machine. */
  readonly source: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Of what a link names, when the entry stands for that. */
  readonly stats: Stats;
}

/** What is left out of a walk, and who is told of circles. */
export interface WalkOptions {
  /** Told of links that are kept because they lead back to where they are. */
  readonly onCircle?: (path: string) => void;
  /** Names of entries to leave out, with what is below them. */
  readonly leaveOut?: (name: string) => boolean;
}

interface Here {
  readonly path: string;
  /** Real path of the directory. */
  readonly directory: string;
  /** Real path of what links may lead around in: the tree, or the directory that a followed link names. */
  readonly tree: string;
  /** Real paths of the directories whose links were followed to come here. */
  readonly followed: readonly string[];
}

function typeOf(stats: Stats): TreeEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

function realPath(path: string): string | undefined {
  try {
    // The other one takes a link's ".." for a part of its text.
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function contains(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** Whether a link in `directory` means the same in a copy of `tree`, whatever the copy's name. */
function staysInside(target: string, real: string, { directory, tree }: Here): boolean {
  if (isAbsolute(target)) return false;
  let depth = relative(tree, directory)
    .split(sep)
    .filter((part) => part !== '').length;
  for (const part of target.split(sep)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return false;
  }
  // They differ when a link on the way is followed by "..".
  return realPath(join(directory, target)) === real;
}

/** What a link is followed to; undefined for one that is kept: it stays inside, leads nowhere, or to a device. */
function destinationOf(link: string, here: Here): string | undefined {
  const real = realPath(link);
  if (real === undefined || staysInside(readlinkSync(link), real, here)) return undefined;
  return typeOf(statSync(real)) === 'other' ? undefined : real;
}

function* walk(here: Here, options: WalkOptions): Generator<TreeEntry> {
  for (const name of readdirSync(here.directory).sort()) {
    if (options.leaveOut?.(name) === true) continue;
    const path = here.path === '' ? name : `${here.path}/${name}`;
    const source = join(here.directory, name);
    const own = lstatSync(source);
    const real = own.isSymbolicLink() ? destinationOf(source, here) : undefined;
    const stats = real === undefined ? own : statSync(real);
    const type = typeOf(stats);
    if (type !== 'directory') {
      yield { path, source, type, stats };
      continue;
    }
    const followed = [...here.followed, here.directory];
    if (real === undefined) {
      yield { path, source, type, stats };
      yield* walk({ ...here, path, directory: source }, options);
    } else if (followed.some((directory) => contains(real, directory))) {
      options.onCircle?.(path);
      yield { path, source, type: 'symlink', stats: own };
    } else {
      yield { path, source, type, stats };
      yield* walk({ path, directory: real, tree: real, followed }, options);
    }
  }
}

/**
 * What is in a directory of this machine, in the order of names and each directory before what is in it, as a copy of it
 * elsewhere has to be: a link that leads out of the directory would lead nowhere there, so that what it names stands for
 * it. Links within the directory, to nothing, to devices, and back to a directory above them stay links. Throws what
 * reading the directories throws.
 */
export function walkTree(directory: string, options: WalkOptions = {}): Generator<TreeEntry> {
  const real = realpathSync.native(directory);
  return walk({ path: '', directory: real, tree: real, followed: [] }, options);
}
