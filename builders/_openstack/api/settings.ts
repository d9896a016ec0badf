import type {
  CloudSettings,
  DomainReference,
  Interface,
  Login,
  Reference,
  Scope,
} from '../../../clients/openstack/index.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { ConnectionOptions } from './access.ts';

/** Asks the person at the terminal. */
export type Ask = NonNullable<BuildRun['ask']>;

function variable(...names: readonly string[]): string | undefined {
  return names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
}

function reference(
  id: string | undefined,
  name: string | undefined,
  domain: DomainReference | undefined,
): Reference | undefined {
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name, ...(domain === undefined ? {} : { domain }) };
}

function domainOf(
  { domain_id: id, domain_name: name }: ConnectionOptions,
  whose: 'USER' | 'PROJECT',
): DomainReference | undefined {
  const knownId = id ?? variable(`OS_${whose}_DOMAIN_ID`, 'OS_DOMAIN_ID');
  const knownName = name ?? variable(`OS_${whose}_DOMAIN_NAME`, 'OS_DOMAIN_NAME', 'OS_DEFAULT_DOMAIN_NAME');
  if (id === undefined && name !== undefined) return { name };
  if (knownId !== undefined) return { id: knownId };
  return knownName === undefined ? { id: 'default' } : { name: knownName };
}

function scopeOf(options: ConnectionOptions): Scope | undefined {
  const id = options.tenant_id ?? variable('OS_PROJECT_ID', 'OS_TENANT_ID');
  const name = options.tenant_name ?? variable('OS_PROJECT_NAME', 'OS_TENANT_NAME');
  const project = reference(
    options.tenant_name === undefined ? id : options.tenant_id,
    name,
    domainOf(options, 'PROJECT'),
  );
  return project === undefined ? undefined : { project };
}

function loginOf(options: ConnectionOptions): Login | undefined {
  const user = reference(
    options.user_id ?? (options.username === undefined ? variable('OS_USER_ID', 'OS_USERID') : undefined),
    options.username ?? variable('OS_USERNAME'),
    domainOf(options, 'USER'),
  );
  const id = options.application_credential_id ?? variable('OS_APPLICATION_CREDENTIAL_ID');
  const name = options.application_credential_name ?? variable('OS_APPLICATION_CREDENTIAL_NAME');
  const secret = options.application_credential_secret ?? variable('OS_APPLICATION_CREDENTIAL_SECRET');
  if (secret !== undefined && id !== undefined) return { type: 'application-credential', credential: { id }, secret };
  if (secret !== undefined && name !== undefined && user !== undefined) {
    return { type: 'application-credential', credential: { name, user }, secret };
  }
  const scope = scopeOf(options);
  const password = options.password ?? variable('OS_PASSWORD');
  if (password !== undefined && user !== undefined) return { type: 'password', user, password, scope };
  const token = options.token ?? variable('OS_TOKEN');
  return token === undefined ? undefined : { type: 'token', token, scope };
}

/** How the cloud of a configuration is reached. Throws `StepError` OPENSTACK_ACCESS when that is not said. */
export function cloudSettings(options: ConnectionOptions, _ask: Ask | undefined): Promise<CloudSettings> {
  const login = loginOf(options);
  const authUrl = options.identity_endpoint ?? variable('OS_AUTH_URL');
  if (login === undefined || authUrl === undefined) {
    throw new StepError('nothing says how to get into OpenStack', {
      code: 'OPENSTACK_ACCESS',
      pointer: '/cloud',
      hint: 'set identity_endpoint and a login, or OS_AUTH_URL and the other OS_… variables',
    });
  }
  const face = options.endpoint_type ?? variable('OS_INTERFACE', 'OS_ENDPOINT_TYPE');
  return Promise.resolve({
    authUrl,
    login,
    region: options.region ?? variable('OS_REGION_NAME'),
    interface: face === undefined ? undefined : (face.replace(/URL$/, '') as Interface),
    tls: {
      cacert: options.cacert ?? variable('OS_CACERT'),
      cert: options.cert ?? variable('OS_CERT'),
      key: options.key ?? variable('OS_KEY'),
      insecure: options.insecure,
    },
    userAgent: 'kiln',
  });
}
