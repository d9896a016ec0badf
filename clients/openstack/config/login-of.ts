import { OpenStackError } from '../errors/openstack-error.ts';
import type { DomainReference, Factor, Login, Reference, Scope } from '../settings.ts';
import { textOf, type Values } from './values.ts';

function wrong(message: string): OpenStackError {
  return new OpenStackError(message, { reason: 'settings' });
}

function text(auth: Values, name: string): string | undefined {
  const value = auth[name];
  return value === undefined ? undefined : textOf(value);
}

function required(auth: Values, name: string, type: string): string {
  const value = text(auth, name);
  if (value !== undefined) return value;
  throw wrong(`the option "${name}" is missing, which ${type} needs`);
}

function domainOf(auth: Values, whose: 'user' | 'project'): DomainReference | undefined {
  const id = text(auth, `${whose}_domain_id`) ?? text(auth, 'default_domain_id');
  if (id !== undefined) return { id };
  const name = text(auth, `${whose}_domain_name`) ?? text(auth, 'default_domain_name');
  return name === undefined ? undefined : { name };
}

function userOf(auth: Values, type: string): Reference {
  const id = text(auth, 'user_id');
  if (id !== undefined) return { id };
  const name = required(auth, 'username', type);
  const domain = domainOf(auth, 'user');
  return domain === undefined ? { name } : { name, domain };
}

function projectOf(auth: Values): Reference | undefined {
  const id = text(auth, 'project_id');
  if (id !== undefined) return { id };
  const name = text(auth, 'project_name');
  const domain = domainOf(auth, 'project');
  if (name === undefined) return undefined;
  return domain === undefined ? { name } : { name, domain };
}

function domainScope(auth: Values): DomainReference | undefined {
  const id = text(auth, 'domain_id');
  const name = text(auth, 'domain_name');
  return id !== undefined ? { id } : name !== undefined ? { name } : undefined;
}

function systemScope(auth: Values): 'all' | undefined {
  const system = text(auth, 'system_scope');
  if (system === undefined || system === 'all') return system;
  throw wrong(`the system_scope "${system}" is not "all", which is the only one there is`);
}

/** What the token is to be for. Throws when the options say more than one thing. */
function scopeOf(auth: Values): Scope | undefined {
  const domain = domainScope(auth);
  const project = projectOf(auth);
  const trust = text(auth, 'trust_id');
  const system = systemScope(auth);
  const all = [
    ...(domain === undefined ? [] : [{ domain }]),
    ...(project === undefined ? [] : [{ project }]),
    ...(trust === undefined ? [] : [{ trust }]),
    ...(system === undefined ? [] : [{ system }]),
    ...(auth['unscoped'] === undefined ? [] : ['unscoped' as const]),
  ];
  if (all.length > 1) throw wrong('a token is for one thing: a project, a domain, a trust, the system or nothing');
  return all[0];
}

/** A name without a domain is no name to Keystone v3; the ways in for v2 and v3 let it pass. */
function checkDomains(type: string, auth: Values): void {
  if (!type.startsWith('v3')) return;
  for (const [name, whose] of [
    ['username', 'user'],
    ['project_name', 'project'],
  ] as const) {
    if (type === 'v3oidcaccesstoken' && whose === 'user') continue;
    if (auth[name] !== undefined && domainOf(auth, whose) === undefined) {
      throw wrong(`"${name}" needs ${whose}_domain_name or ${whose}_domain_id with ${type}`);
    }
  }
}

const FACTORS: Readonly<Record<string, (auth: Values, type: string) => Factor>> = {
  v3password: (auth, type) => ({
    ...{ type: 'password', user: userOf(auth, type), password: required(auth, 'password', type) },
  }),
  v3totp: (auth, type) => ({
    ...{ type: 'totp', user: userOf(auth, type), passcode: required(auth, 'passcode', type) },
  }),
  v3token: (auth, type) => ({ type: 'token', token: required(auth, 'token', type) }),
  v3applicationcredential: (auth, type) => {
    const id = text(auth, 'application_credential_id');
    const secret = required(auth, 'application_credential_secret', type);
    if (id !== undefined) return { type: 'application-credential', credential: { id }, secret };
    const name = required(auth, 'application_credential_name', type);
    return { type: 'application-credential', credential: { name, user: userOf(auth, type) }, secret };
  },
};

function factorsOf(auth: Values): readonly Factor[] {
  const methods = Array.isArray(auth['auth_methods']) ? auth['auth_methods'] : [];
  if (methods.length === 0) throw wrong('the option "auth_methods" is missing, which v3multifactor needs');
  return methods.map((method) => {
    const make = FACTORS[String(method)];
    if (make === undefined) throw wrong(`auth_methods has "${String(method)}", which is no factor known here`);
    return make(auth, String(method));
  });
}

/** The way in that the options of an `auth_type` describe. Throws `OpenStackError` with reason "settings". */
export function loginOf(type: string, auth: Values): Login {
  if (type === 'none') return { type: 'endpoint', endpoint: text(auth, 'endpoint') };
  if (type === 'admin_token') {
    return { type: 'endpoint', endpoint: required(auth, 'endpoint', type), token: required(auth, 'token', type) };
  }
  checkDomains(type, auth);
  required(auth, 'auth_url', type);
  const scope = scopeOf(auth);
  if (type === 'v3multifactor') return { type: 'multi-factor', factors: factorsOf(auth), scope };
  if (type === 'v3oidcaccesstoken') {
    return {
      ...{ type: 'oidc-access-token', identityProvider: required(auth, 'identity_provider', type), scope },
      ...{ protocol: required(auth, 'protocol', type), accessToken: required(auth, 'access_token', type) },
    };
  }
  const make = FACTORS[type === 'password' || type === 'token' ? `v3${type}` : type];
  if (make === undefined) throw wrong(`the auth_type "${type}" is not known here`);
  return { ...make(auth, type), scope };
}
