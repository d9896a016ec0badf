import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

// Node's recursive mkdir never returns where mkdir says ENOENT in a directory that is there, as below /proc.

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Makes a directory and those above it that are missing, all with `mode`; one may be there. Throws the system's error. */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  const make = (): Promise<void> =>
    mkdir(path, { mode }).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
    });
  try {
    await make();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path), mode);
    await make();
  }
}

/** The same, at once. */
export function makeDirectorySync(path: string, mode = 0o777): void {
  const make = (): void => {
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
    }
  };
  try {
    make();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeDirectorySync(dirname(path), mode);
    make();
  }
}
