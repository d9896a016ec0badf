import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import type { Values } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where files are looked for. */
export interface Places {
  readonly environment: Environment;
  /** In which the search begins. */
  readonly directory: string;
}

/** A file that was read. */
export interface ConfigFile {
  readonly path: string;
  /** Undefined for an empty one. */
  readonly values: Values | undefined;
}

export function homeOf(environment: Environment): string {
  return environment['HOME'] || homedir();
}

function searchPath({ environment, directory }: Places): readonly string[] {
  const home = homeOf(environment);
  const user = join(environment['XDG_CONFIG_HOME']?.trim() || join(home, '.config'), 'openstack');
  // What a snap calls home is not the user's.
  const real = join(environment['SNAP_REAL_HOME'] || home, '.config', 'openstack');
  const site = (environment['XDG_CONFIG_DIRS']?.trim() || '/etc/xdg').split(':').map((each) => join(each, 'openstack'));
  return [directory, user, real, ...site, '/etc/openstack'];
}

/** Paths of a file by its name without ending, the first that is there counts. `first` is looked at before all. */
export function candidates(name: string, first: string | undefined, places: Places): readonly string[] {
  const endings = ['yaml', 'yml', 'json'];
  const found = searchPath(places).flatMap((folder) => endings.map((ending) => join(folder, `${name}.${ending}`)));
  return first === undefined || first === '' ? found : [first, ...found];
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // It is not there, or not for this user: then the next one counts.
    return undefined;
  }
}

function valuesIn(path: string, parsed: unknown): ConfigFile {
  if (parsed === null || parsed === undefined) return { path, values: undefined };
  if (isObject(parsed)) return { path, values: parsed };
  throw new OpenStackError(`the file ${path} is no mapping`, { reason: 'settings' });
}

/** The first file that can be read and parsed; one that cannot be parsed is passed over, with a warning. */
export async function readFirst(
  paths: readonly string[],
  warn: (text: string) => void,
): Promise<ConfigFile | undefined> {
  for (const path of paths) {
    const text = await textOf(path);
    if (text === undefined) continue;
    let parsed: unknown;
    try {
      parsed = path.endsWith('json') ? JSON.parse(text) : parse(text, { schema: 'yaml-1.1' });
    } catch (error) {
      warn(`the file ${path} is passed over: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    return valuesIn(path, parsed);
  }
  return undefined;
}
