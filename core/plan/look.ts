import { statSync } from 'node:fs';
import type { PrepareContext } from './component.ts';

type Found = ReturnType<PrepareContext['look']>;

/** Looks at the file system, once for each path: templates name the same files again and again. */
export function createLook(): (path: string) => Found {
  const known = new Map<string, Found>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const stats = path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false });
    const found =
      stats === undefined ? undefined : stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    known.set(path, found);
    return found;
  };
}
