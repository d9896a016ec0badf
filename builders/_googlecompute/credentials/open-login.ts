import type { CredentialSource, GivenToken, GoogleLogin, LoginSettings } from '../../../clients/google-login/index.ts';
import { googleLogin, LoginError } from '../../../clients/google-login/index.ts';
import { sharedConnection } from '../../../plugins/sdk/cloud.ts';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { isObject, StepError } from '../../../plugins/sdk/index.ts';
import { isJson, type LoginOptions } from './login-options.ts';
import { serviceRoot } from './service-root.ts';

/** What IAM allows the account is what counts; narrower scopes would only hide some of it. */
const SCOPES = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
] as const;

/** How long Vault's tokens are good for when it does not say. Milliseconds. */
const VAULT_LIFETIME = 30 * 60_000;

function tokenOf(reply: Readonly<Record<string, unknown>>, path: string, now: number): GivenToken {
  const data = isObject(reply['data']) ? reply['data'] : {};
  const { token, expires_at_seconds: end } = data;
  if (typeof token !== 'string' || token === '') {
    throw new StepError(`Vault gives no token at ${path}`, {
      code: 'GOOGLE_CREDENTIALS',
      pointer: '/vault_gcp_oauth_engine',
      hint: 'the path is that of a roleset or static account of the engine: gcp/token/NAME',
    });
  }
  return { token, expires: typeof end === 'number' ? end * 1000 : now + VAULT_LIFETIME };
}

async function vaultToken(path: string): Promise<GivenToken> {
  const { askVault } = await import('../../_vault/ask-vault.ts');
  // Many builds may wait for the same token; none of them may take it from the others.
  const reply = await askVault(path, AbortSignal.timeout(60_000));
  return tokenOf(reply ?? {}, path, Date.now());
}

/** Whose credentials count, and the option that says so. */
function sourceOf(options: LoginOptions): { readonly source: CredentialSource; readonly option?: string } {
  const { credentials_file: path, credentials_json: text, account_file: either, access_token: token } = options;
  const { vault_gcp_oauth_engine: engine } = options;
  if (token !== undefined) return { source: { type: 'token', token }, option: 'access_token' };
  if (engine !== undefined) {
    return { source: { type: 'tokens', get: () => vaultToken(engine) }, option: 'vault_gcp_oauth_engine' };
  }
  if (text !== undefined) return { source: { type: 'json', text }, option: 'credentials_json' };
  if (path !== undefined) return { source: { type: 'file', path: expandHome(path) }, option: 'credentials_file' };
  if (either === undefined) return { source: { type: 'default' } };
  const source: CredentialSource = isJson(either)
    ? { type: 'json', text: either }
    : { type: 'file', path: expandHome(either) };
  return { source, option: 'account_file' };
}

function settingsOf(options: LoginOptions, source: CredentialSource): LoginSettings {
  const { impersonate_service_account: account, impersonate_service_account_delegates: delegates = [] } = options;
  return {
    source,
    scopes: SCOPES,
    universe: options.universe_domain,
    ...(account === undefined ? {} : { impersonate: { account, delegates } }),
    endpoints: {
      iamcredentials: serviceRoot('iamcredentials', options),
      oauth2: serviceRoot('oauth2', options),
    },
  };
}

function failure(error: unknown, option: string | undefined): unknown {
  if (!(error instanceof LoginError)) return error;
  const { message, hint, problem } = error;
  return new StepError(message, {
    code: problem === 'unreachable' ? 'GOOGLE_UNREACHABLE' : 'GOOGLE_CREDENTIALS',
    ...(option === undefined ? {} : { pointer: `/${option}` }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function open(options: LoginOptions): GoogleLogin {
  const { source, option: origin } = sourceOf(options);
  const option = options.impersonate_service_account === undefined ? origin : 'impersonate_service_account';
  const login = googleLogin(settingsOf(options, source));
  async function told<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw failure(error, option);
    }
  }
  return {
    headers: (url) => told(login.headers(url)),
    renew: () => login.renew(),
    projectId: () => told(login.projectId()),
    email: () => told(login.email()),
  };
}

/** What Google's libraries read of the environment. */
const VARIABLES = /^(?:GOOGLE_|GCLOUD_|CLOUDSDK_|GCE_METADATA_|VAULT_|HOME$|APPDATA$)/;

const shared = sharedConnection(
  ({ options }: { readonly options: LoginOptions; readonly variables: unknown }): Promise<GoogleLogin> =>
    Promise.resolve(open(options)),
);

/**
 * The way into Google that the options name; builds whose options are equal share it, and its token. Nothing is read and
 * nobody is asked before its first call. Its calls throw `StepError` GOOGLE_CREDENTIALS and GOOGLE_UNREACHABLE.
 */
export function openLogin(options: LoginOptions): Promise<GoogleLogin> {
  const variables = Object.entries(process.env).filter(([name, value]) => VARIABLES.test(name) && value !== '');
  return shared({ options, variables: variables.sort() });
}
