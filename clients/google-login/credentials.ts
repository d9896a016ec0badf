import { LoginError } from './login-error.ts';

/** What a file of credentials holds; members are Google's. */
export type Credentials = Readonly<Record<string, unknown>> & { readonly type: CredentialType };

/** Members without which credentials of a type say too little. */
const NEEDS = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'subject_token_type', 'credential_source'],
  external_account_authorized_user: ['refresh_token', 'token_url', 'client_id', 'client_secret'],
  impersonated_service_account: ['source_credentials', 'service_account_impersonation_url'],
} as const;

export type CredentialType = keyof typeof NEEDS;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(text: unknown): text is CredentialType {
  return typeof text === 'string' && text in NEEDS;
}

const KEY_HINT =
  'make a key of a service account, log in by gcloud auth application-default login, or make a configuration of a workload identity federation';

/** Why an object is no credentials; undefined when it is. No value of it is in the message. */
function faultOf(found: unknown): string | undefined {
  if (!isObject(found)) return 'is no JSON object';
  const { type } = found;
  if (!isType(type)) {
    if ('installed' in found || 'web' in found)
      return 'is the client of an application, which lets nobody in by itself';
    return typeof type === 'string' ? `has the type ${JSON.stringify(type)}, which is not known` : 'has no type';
  }
  const missing = NEEDS[type].filter((name) => found[name] === undefined || found[name] === '');
  if (missing.length > 0) return `is of type ${type} and has no ${missing.join(' and no ')}`;
  if (type !== 'impersonated_service_account') return undefined;
  const inner = faultOf(found['source_credentials']);
  return inner === undefined ? undefined : `has source_credentials, which ${inner}`;
}

/**
 * Reads credentials; `name` is what people know them by: "credentials_json". Nothing is asked of a server. Throws
 * `LoginError` "malformed".
 */
export function readCredentials(text: string, name: string): Credentials {
  let found: unknown;
  try {
    found = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // What the parser says shows a piece of the text.
    throw new LoginError('malformed', `${name} is no JSON`, KEY_HINT);
  }
  const fault = faultOf(found);
  if (fault !== undefined) throw new LoginError('malformed', `${name} ${fault}`, KEY_HINT);
  return found as Credentials;
}

/** A member that is a text. */
export function textOf(credentials: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = credentials[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The account behind the address of an impersonation (".../serviceAccounts/EMAIL:generateAccessToken"). */
export function impersonatedAccount(credentials: Readonly<Record<string, unknown>>): string | undefined {
  const url = textOf(credentials, 'service_account_impersonation_url') ?? '';
  return /([^/]+):generate(?:Access|Id)Token$/.exec(url)?.[1];
}
