import { statSync, type Stats } from 'node:fs';
import type { PrepareContext } from './component.ts';

type Found = ReturnType<PrepareContext['look']>;

/** Undefined for nothing, and for what nothing can be at: too long a name, a directory that is closed to this user. */
function statsOf(path: string): Stats | undefined {
  try {
    return path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Looks at the file system, once for each path: templates name the same files again and again. */
export function createLook(): (path: string) => Found {
  const known = new Map<string, Found>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const stats = statsOf(path);
    const found =
      stats === undefined ? undefined : stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    known.set(path, found);
    return found;
  };
}
