import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** Where programs of the administrator are, which a plain user's PATH often lacks. */
const ROOTS_PLACES: readonly string[] = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** What the system takes for PATH where there is none. */
const NO_PATH = '/usr/bin:/bin';

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function placesOf(path: string): readonly string[] {
  const places = path.split(delimiter);
  return [...places, ...ROOTS_PLACES.filter((place) => !places.includes(place))];
}

/** PATH with the places of the administrator's programs at its end, as `findProgram` goes through it. */
export function searchPath(path: string = process.env['PATH'] ?? NO_PATH): string {
  return placesOf(path).join(delimiter);
}

function candidates(name: string, path: string | undefined): readonly string[] {
  const places = name.includes('/') ? [''] : placesOf(path ?? process.env['PATH'] ?? NO_PATH);
  return places.map((place) => resolve(place, name));
}

/**
 * The absolute path of the program that is started for a name: the first file that may be run in a directory of PATH, then
 * in /usr/local/sbin, /usr/sbin and /sbin. With a slash in it the name is a path from the working directory. Undefined
 * when there is none. `path` is looked through in place of Kiln's own PATH.
 */
export function findProgram(name: string, path?: string): string | undefined {
  return candidates(name, path).find(isRunnable);
}

/** Whether there is anything of the name where `findProgram` looks, be it something that may not be run. */
export function isThere(name: string, path?: string): boolean {
  return candidates(name, path).some((candidate) => existsSync(candidate));
}
