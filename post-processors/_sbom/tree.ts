import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Files of a system that were copied to this machine. Paths are absolute ones of that system. */
export interface SystemTree {
  /** The content of a file; undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names in a directory, sorted; none when there is no directory. */
  list(path: string): Promise<readonly string[]>;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EISDIR';
}

/** The system whose files lie below `root`. A link that leads out of it leads nowhere: what is there is this machine's. */
export function systemTree(root: string): SystemTree {
  const within = async <T>(path: string, missing: T, use: (place: string) => Promise<T>): Promise<T> => {
    try {
      const top = await realpath(root);
      const place = await realpath(join(top, path));
      return place.startsWith(top + sep) ? await use(place) : missing;
    } catch (error) {
      if (isMissing(error)) return missing;
      throw error;
    }
  };
  return {
    read: (path) => within<Buffer | undefined>(path, undefined, (place) => readFile(place)),
    list: (path) => within<readonly string[]>(path, [], async (place) => (await readdir(place)).sort()),
  };
}
