import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import { DEFAULTS } from './defaults.ts';
import { candidates, readFirst, type ConfigFile, type Environment, type Places } from './files.ts';
import { merge, type Values } from './values.ts';

/** All clouds that files and environment tell of. */
export interface Clouds {
  readonly clouds: Readonly<Record<string, Values>>;
  /** The one that is meant when none is named; undefined when there are several. */
  readonly usual: string | undefined;
  /** The name of the cloud that the environment makes. */
  readonly environmentName: string;
  /** Profiles of clouds-public.yaml. */
  readonly profiles: Values;
  /** The file of clouds that was read. */
  readonly file: string | undefined;
}

/** Variables that choose a cloud, and make none. */
const SELECTORS: readonly string[] = [
  ...['OS_CLOUD', 'OS_REGION_NAME', 'OS_CLIENT_CONFIG_FILE', 'OS_CLIENT_SECURE_FILE', 'OS_CLOUD_NAME'],
];

/** The cloud that OS_ variables make; undefined when none of them says anything about one. */
function cloudOfEnvironment(environment: Environment): Values | undefined {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith('OS_') && !/^OS_(TEST|STD|LOG)/.test(name) && environment[name] !== undefined,
  );
  if (names.every((name) => SELECTORS.includes(name))) return undefined;
  return { ...DEFAULTS, ...Object.fromEntries(names.map((name) => [name.slice(3).toLowerCase(), environment[name]])) };
}

function cloudsIn(file: ConfigFile | undefined): Readonly<Record<string, Values>> {
  const { clouds = {} } = file?.values ?? {};
  if (isObject(clouds) && Object.values(clouds).every(isObject)) return clouds as Readonly<Record<string, Values>>;
  throw new OpenStackError(`"clouds" in ${file?.path ?? ''} is to have a mapping for each cloud`, {
    reason: 'settings',
  });
}

function together(file: ConfigFile | undefined, secure: ConfigFile | undefined): ConfigFile | undefined {
  if (secure?.values === undefined) return file;
  return { path: file?.path ?? secure.path, values: merge(file?.values ?? {}, secure.values) };
}

/** Reads clouds.yaml, secure.yaml, clouds-public.yaml (or .yml, .json) and the OS_ variables. */
export async function loadClouds(places: Places, warn: (text: string) => void): Promise<Clouds> {
  const { environment } = places;
  const [file, secure, vendors] = await Promise.all([
    readFirst(candidates('clouds', environment['OS_CLIENT_CONFIG_FILE'], places), warn),
    readFirst(candidates('secure', environment['OS_CLIENT_SECURE_FILE'], places), warn),
    readFirst(candidates('clouds-public', undefined, places), warn),
  ]);
  const written = cloudsIn(together(file, secure));
  const environmentName = environment['OS_CLOUD_NAME'] ?? 'envvars';
  if (environmentName in written) {
    const message = `${file?.path ?? 'secure.yaml'} has a cloud named "${environmentName}", which OS_CLOUD_NAME calls the one of the environment`;
    throw new OpenStackError(message, { reason: 'settings' });
  }
  const ofEnvironment = cloudOfEnvironment(environment);
  const clouds = ofEnvironment === undefined ? written : { ...written, [environmentName]: ofEnvironment };
  const names = Object.keys(clouds);
  const only = ofEnvironment === undefined ? (names.length === 1 ? names[0] : undefined) : environmentName;
  const profiles = vendors?.values?.['public-clouds'];
  return {
    clouds,
    usual: environment['OS_CLOUD'] || only,
    environmentName,
    profiles: isObject(profiles) ? profiles : {},
    file: file?.path,
  };
}
