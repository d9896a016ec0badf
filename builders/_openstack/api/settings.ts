import {
  OpenStackError,
  readCloud,
  type CloudChoice,
  type AnswerReceipt,
  type CloudSettings,
  type ConfiguredCloud,
  type Factor,
  type Login,
} from '../../../clients/openstack/index.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import type { ConnectionOptions } from './access.ts';

/** Asks the person at the terminal. */
export type Ask = NonNullable<BuildRun['ask']>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Ways in whose options exclude each other, and the variables of each. */
const SECRETS = {
  password: /^OS_PASSWORD$/,
  token: /^OS_(AUTH_)?TOKEN$/,
  v3applicationcredential: /^OS_APPLICATION_CREDENTIAL_(ID|NAME|SECRET)$/,
} as const;

type Way = keyof typeof SECRETS;

/** The way in that the template chooses by an option of it, or the environment by a credential; undefined: neither. */
function wayOf(options: ConnectionOptions, environment: Environment): Way | undefined {
  const { application_credential_id: id, application_credential_name: name } = options;
  if ((id ?? name ?? options.application_credential_secret) !== undefined) return 'v3applicationcredential';
  if (options.password !== undefined) return 'password';
  if (options.token !== undefined) return 'token';
  const isNamed = (variable: string): boolean => (environment[variable] ?? '') !== '';
  if (options.cloud !== undefined || isNamed('OS_CLOUD') || isNamed('OS_AUTH_TYPE')) return undefined;
  // Packer needs no OS_AUTH_TYPE for it.
  return isNamed('OS_APPLICATION_CREDENTIAL_SECRET') ? 'v3applicationcredential' : undefined;
}

/** The variables without those of other ways in, and with the newer of two names. */
function variablesFor(way: Way | undefined, environment: Environment): Environment {
  const { OS_USERID: formerly, ...all } = environment;
  const named = (formerly ?? '') === '' ? all : { OS_USER_ID: formerly, ...all };
  if (way === undefined) return named;
  const others = Object.entries(SECRETS).filter(([name]) => name !== way);
  return Object.fromEntries(
    Object.entries(named).filter(([name]) => !others.some(([, variables]) => variables.test(name))),
  );
}

/** Options by their names in clouds.yaml; what is not given is left out there. */
function cloudOptions(options: ConnectionOptions, way: Way | undefined): Readonly<Record<string, unknown>> {
  const { domain_id: domainId, domain_name: domainName } = options;
  const auth = {
    auth_url: options.identity_endpoint,
    username: options.username,
    user_id: options.user_id,
    user_domain_id: domainId,
    user_domain_name: domainName,
    project_id: options.tenant_id,
    project_name: options.tenant_name,
    project_domain_id: domainId,
    project_domain_name: domainName,
    password: options.password,
    token: options.token,
    application_credential_id: options.application_credential_id,
    application_credential_name: options.application_credential_name,
    application_credential_secret: options.application_credential_secret,
  };
  return {
    auth: Object.fromEntries(Object.entries(auth).filter(([, value]) => value !== undefined)),
    auth_type: way,
    interface: options.endpoint_type,
    cacert: options.cacert,
    cert: options.cert,
    key: options.key,
    ...(options.insecure ? { verify: false } : {}),
  };
}

function userOf(login: Login): Extract<Factor, { readonly type: 'totp' }>['user'] | undefined {
  const factors = login.type === 'multi-factor' ? login.factors : [login];
  return factors.map((factor) => ('user' in factor ? factor.user : undefined)).find((user) => user !== undefined);
}

/** Gives Keystone the passcode that it wants besides: the template's, which is good for one time, or the person's. */
function answerWith(login: Login, passcode: string | undefined, ask: Ask | undefined): AnswerReceipt {
  let given = passcode;
  return async ({ required, methods }) => {
    const user = userOf(login);
    const wantsPasscode = required.some((set) => set.every((each) => each === 'totp' || methods.includes(each)));
    const code = given ?? (await ask?.('Passcode of OpenStack (TOTP): ', AbortSignal.timeout(5 * 60_000)));
    given = undefined;
    if (!wantsPasscode || user === undefined || code === undefined || code === '') {
      const sets = required.map((set) => set.join(' and ')).join(', or ');
      throw new OpenStackError(`Keystone wants more than one factor: ${sets}`, { reason: 'unauthorized' });
    }
    return [{ type: 'totp', user, passcode: code }];
  };
}

/** The cloud in this region; one that clouds.yaml does not list may be there nevertheless, as the catalogue will tell. */
async function readCloudIn(region: string | undefined, choice: CloudChoice): Promise<ConfiguredCloud> {
  if (region === undefined) return readCloud(choice);
  try {
    return await readCloud({ ...choice, region });
  } catch (error) {
    const cloud = await readCloud(choice).catch(() => undefined);
    if (cloud === undefined) throw error;
    return { ...cloud, settings: { ...cloud.settings, region } };
  }
}

/** How the cloud of a configuration is reached. Throws `OpenStackError` with reason "settings" when that is not said. */
export async function cloudSettings(
  options: ConnectionOptions,
  ask: Ask | undefined,
): Promise<{ readonly settings: CloudSettings; readonly warnings: ConfiguredCloud['warnings'] }> {
  const way = wayOf(options, process.env);
  const { settings, warnings } = await readCloudIn(options.region, {
    cloud: options.cloud,
    options: cloudOptions(options, way),
    environment: variablesFor(way, process.env),
  });
  const answerReceipt = answerWith(settings.login, options.passcode, ask);
  return { settings: { ...settings, answerReceipt, userAgent: 'kiln' }, warnings };
}
