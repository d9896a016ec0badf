import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Requirement } from '../../contract/component.ts';

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

/** The path of a program on PATH; with a slash in its name it is a path from the working directory. */
export function findProgram(program: string): string | undefined {
  if (program.includes('/')) return isRunnable(resolve(program)) ? resolve(program) : undefined;
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...alsoLookedAt];
  return directories.map((directory) => join(directory, program)).find(isRunnable);
}

/** The path of what a component needs; undefined when this machine lacks it. */
export function findRequirement({ program, isFile = false }: Requirement): string | undefined {
  if (!isFile) return findProgram(program);
  return existsSync(program) ? program : undefined;
}
