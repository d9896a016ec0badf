import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import { isGiven, type Values } from './values.ts';

/** An option of a way in, with the name it had before. */
interface AuthOption {
  readonly name: string;
  readonly formerly?: string;
}

function options(...names: readonly string[]): readonly AuthOption[] {
  return names.map((name) => ({ name }));
}

const SCOPE = options(
  ...['auth_url', 'system_scope', 'domain_id', 'domain_name', 'project_id', 'project_name'],
  ...['project_domain_id', 'project_domain_name', 'trust_id'],
);

/** Those of the ways in that are for Keystone v2 and v3. */
const EITHER_VERSION: readonly AuthOption[] = [
  ...SCOPE.filter(({ name }) => name !== 'project_id' && name !== 'project_name'),
  { name: 'project_id', formerly: 'tenant_id' },
  { name: 'project_name', formerly: 'tenant_name' },
  ...options('default_domain_id', 'default_domain_name'),
];

const USER: readonly AuthOption[] = [
  ...options('user_id', 'user_domain_id', 'user_domain_name'),
  { name: 'username', formerly: 'user_name' },
];

/** The options of each `auth_type`. */
const BY_TYPE: Readonly<Record<string, readonly AuthOption[]>> = {
  password: [...EITHER_VERSION, ...USER, ...options('password')],
  v3password: [...SCOPE, ...USER, ...options('password')],
  token: [...EITHER_VERSION, ...options('token')],
  v3token: [...SCOPE, ...options('token')],
  v3applicationcredential: [
    ...SCOPE,
    ...USER,
    ...options('application_credential_id', 'application_credential_name', 'application_credential_secret'),
  ],
  v3totp: [...SCOPE, ...USER, ...options('passcode')],
  v3multifactor: [...SCOPE, ...options('auth_methods')],
  v3oidcaccesstoken: [...SCOPE, ...options('identity_provider', 'protocol', 'access_token')],
  admin_token: [{ name: 'endpoint', formerly: 'url' }, ...options('token')],
  none: options('endpoint'),
};

/** Options that are no more than a hint for keystoneauth. */
const IGNORED: readonly string[] = ['reauthenticate', 'include_catalog'];

/** The `auth_type` that counts. Throws `OpenStackError` with reason "settings" for one that is not known here. */
export function authTypeOf({ auth_type: type }: Values): string {
  if (!isGiven(type) || type === 'None') return 'none';
  if (type === 'token_endpoint') return 'admin_token';
  if (typeof type === 'string' && type in BY_TYPE) return type;
  const known = Object.keys(BY_TYPE).join(', ');
  const message = `the auth_type "${String(type)}" is not known here; known are ${known}`;
  throw new OpenStackError(message, { reason: 'settings' });
}

function optionsOf(type: string, values: Values): readonly AuthOption[] {
  const own = BY_TYPE[type] ?? [];
  if (type !== 'v3multifactor') return own;
  const methods = Array.isArray(values['auth_methods']) ? values['auth_methods'] : [];
  return [...own, ...methods.flatMap((method) => BY_TYPE[String(method)] ?? [])];
}

function given({ name, formerly }: AuthOption, place: Values): unknown {
  if (name in place) return place[name];
  return formerly === undefined ? undefined : place[formerly];
}

/**
 * The options of a way in, from "auth" and, where it has nothing, from beside it. Throws `OpenStackError` with reason
 * "settings" when "auth" has one that this way in does not know.
 */
export function authOptions(type: string, values: Values): Values {
  const auth = isObject(values['auth']) ? values['auth'] : {};
  const known = optionsOf(type, values);
  const names = known.flatMap(({ name, formerly }) => [name, ...(formerly === undefined ? [] : [formerly])]);
  const extra = Object.keys(auth).filter(
    (name) => !names.includes(name) && !IGNORED.includes(name) && name !== 'unscoped',
  );
  if (extra.length > 0) {
    const message = `"auth" has options that ${type} does not know: ${extra.join(', ')}`;
    throw new OpenStackError(message, { reason: 'settings' });
  }
  const found = known.map((option) => {
    const inside = given(option, auth);
    return [option.name, isGiven(inside) ? inside : given(option, values)] as const;
  });
  return Object.fromEntries([...found, ['unscoped', auth['unscoped']] as const].filter(([, value]) => isGiven(value)));
}
