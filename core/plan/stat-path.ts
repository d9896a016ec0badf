import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import type { PrepareContext } from '../contract/component.ts';

type PathKind = ReturnType<PrepareContext['statPath']>;

/** Undefined for nothing, and for what nothing can be at: too long a name, a directory that is closed to this user. */
function statsOf(path: string): Stats | undefined {
  try {
    return path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Looks at the file system, once for each path: templates name the same files again and again. */
export function statPathOnce(): (path: string) => PathKind {
  const known = new Map<string, PathKind>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const stats = statsOf(path);
    const found =
      stats === undefined ? undefined : stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    known.set(path, found);
    return found;
  };
}

/** The beginning of a file, at most so many bytes; undefined for what cannot be read. */
export function readStart(path: string, most: number): Buffer | undefined {
  if (statsOf(path)?.isFile() !== true) return undefined;
  try {
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(most);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
