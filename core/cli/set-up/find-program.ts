import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where programs of the administrator are, which a plain user's PATH often lacks. */
const alsoLookedAt: readonly string[] = ['/usr/sbin', '/sbin'];

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The path of a program on PATH; an absolute path is looked at itself, and need not be a program (firmware). */
export function findProgram(program: string): string | undefined {
  if (isAbsolute(program)) return exists(program) ? program : undefined;
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...alsoLookedAt];
  return directories.map((directory) => join(directory, program)).find(isRunnable);
}
