import { OpenStackError } from '../errors/openstack-error.ts';
import type { CloudSettings } from '../settings.ts';
import { authOptions, authTypeOf } from './auth-options.ts';
import { DEFAULTS } from './defaults.ts';
import type { Environment } from './files.ts';
import { fillInAll, fixValues } from './fix-values.ts';
import { loadClouds, type Clouds } from './load-clouds.ts';
import { loginOf } from './login-of.ts';
import { withProfile } from './profile.ts';
import { chooseRegion } from './region.ts';
import { settingsOf } from './settings-of.ts';
import { normalize, overlay, type Values } from './values.ts';

/** Which cloud is meant, and where to look for it. */
export interface CloudChoice {
  /** A name in clouds.yaml; OS_CLOUD, the cloud of the environment, or the only one there is, unless given. */
  readonly cloud?: string | undefined;
  /** The first of the cloud's regions unless given. */
  readonly region?: string | undefined;
  /** Options by their names in clouds.yaml, over everything else: { auth: { password: '…' }, interface: 'internal' }. */
  readonly options?: Values | undefined;
  /** This process's unless given. */
  readonly environment?: Environment | undefined;
  /** Where the search for clouds.yaml begins: this process's unless given. */
  readonly directory?: string | undefined;
}

/** A cloud as files and environment describe it. */
export interface ConfiguredCloud {
  /** In clouds.yaml; "envvars" for the environment's, "defaults" when nothing describes any. */
  readonly name: string;
  readonly settings: CloudSettings;
  /**
   * Every option with its name of today, those too that this library has no use for ("image_format", "networks"). The
   * login's secrets are among them.
   */
  readonly options: Values;
  /** What was passed over, as sentences. */
  readonly warnings: readonly string[];
}

function cloudOf({ clouds, file }: Clouds, name: string): Values {
  const found = clouds[name];
  if (found !== undefined) return found;
  const names = Object.keys(clouds);
  const where = file === undefined ? 'there is no clouds.yaml' : `${file} and the environment`;
  const has = names.length === 0 ? where : `${where} have ${names.join(', ')}`;
  throw new OpenStackError(`there is no cloud "${name}": ${has}`, { reason: 'settings' });
}

/** What is null says nothing, and takes nothing away. */
function withoutNothing(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** What is said of a cloud in all places, one over the other. */
function gather(
  choice: CloudChoice,
  all: Clouds,
  warn: (text: string) => void,
): readonly [name: string, values: Values] {
  const nothing = Object.keys(all.clouds).length === 0;
  const name = choice.cloud ?? (all.usual || (nothing ? 'defaults' : ''));
  const own = name === '' || (name === 'defaults' && nothing) ? {} : cloudOf(all, name);
  const base = withProfile({ ...DEFAULTS, auth: {} }, own, all, warn);
  const wanted = choice.region ?? '';
  const region =
    name === '' ? { name: wanted, values: {} } : chooseRegion(name, own, withProfile({}, own, all, warn), wanted);
  const { regions: _, cloud: __, ...cloud } = overlay(base, own);
  const over = [region.values, { ...choice.options, region_name: region.name }].map(withoutNothing);
  return [name, over.reduce(overlay, cloud)];
}

/**
 * Reads clouds.yaml, secure.yaml, clouds-public.yaml and the OS_ variables as openstacksdk does, and asks nobody. Throws
 * `OpenStackError` with reason "settings" when they describe no cloud that one could get into.
 */
export async function readCloud(choice: CloudChoice = {}): Promise<ConfiguredCloud> {
  const { environment = process.env, directory = process.cwd() } = choice;
  const warnings = new Set<string>();
  const warn = (text: string): void => void warnings.add(text);
  const [name, gathered] = gather(choice, await loadClouds({ environment, directory }, warn), warn);
  const values = normalize(fixValues(gathered));
  const type = authTypeOf(values);
  const auth = authOptions(type, values);
  const login = loginOf(type, auth);
  const options = fillInAll(values);
  const { auth_url: authUrl } = auth;
  return {
    name,
    settings: settingsOf(options, typeof authUrl === 'string' ? authUrl : undefined, login, environment),
    options,
    warnings: [...warnings],
  };
}
