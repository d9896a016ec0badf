import {
  AwsClient,
  ExternalAccountAuthorizedUserClient,
  gaxios,
  IdentityPoolClient,
  JWT,
  OAuth2Client,
  PluggableAuthClient,
  UserRefreshClient,
  type AuthClient,
} from 'google-auth-library';
import { impersonatedAccount, textOf, type Credentials } from './credentials.ts';
import type { GivenToken, Impersonation } from './settings.ts';
import { transport } from './transport.ts';

/** What makes headers of tokens, and tokens of credentials. */
export type TokenClient = AuthClient;

/** What tokens are to be. */
export interface Wanted {
  readonly scopes: readonly string[];
  readonly universe: string;
}

type Json = Readonly<Record<string, unknown>>;

function shared(credentials: Json, universe: string): object {
  const quotaProjectId = process.env['GOOGLE_CLOUD_QUOTA_PROJECT'] || textOf(credentials, 'quota_project_id');
  return {
    transporter: new gaxios.Gaxios({ fetchImplementation: transport(textOf(credentials, 'token_uri')) }),
    // Without the library's own log, which has tokens in it.
    useAuthRequestParameters: false,
    universeDomain: universe,
    ...(quotaProjectId === undefined ? {} : { quotaProjectId }),
  };
}

function federated(credentials: Json, options: object, scopes: readonly string[]): AuthClient {
  const source = credentials['credential_source'] as Json;
  const all = { ...credentials, ...options, scopes: [...scopes] } as never;
  if ('environment_id' in source) return new AwsClient(all);
  return 'executable' in source ? new PluggableAuthClient(all) : new IdentityPoolClient(all);
}

/** How long an impersonation's tokens are valid, the most that Google gives by default. */
const LIFETIME = '3600s';

/** The library has a class for it, which prints a warning to whoever uses it. */
async function tokenInName(source: AuthClient, url: string, body: object): Promise<GivenToken> {
  const { data } = await source.request<{ readonly accessToken?: string; readonly expireTime?: string }>({
    url,
    method: 'POST',
    data: body,
    retry: true,
    retryConfig: { httpMethodsToRetry: ['POST'] },
  });
  const expires = Date.parse(data.expireTime ?? '');
  return { token: data.accessToken ?? '', ...(Number.isNaN(expires) ? {} : { expires }) };
}

/** A service account's tokens, made by who `source` is, at the root of IAM's service for credentials. */
export function impersonating(
  source: TokenClient,
  { account, delegates }: Impersonation,
  wanted: Wanted,
  root: string | undefined,
): TokenClient {
  const base = (root ?? `https://iamcredentials.${wanted.universe}`).replace(/\/+$/, '');
  const url = `${base}/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:generateAccessToken`;
  const body = {
    scope: [...wanted.scopes],
    lifetime: LIFETIME,
    delegates: delegates.map((each) => (each.includes('/') ? each : `projects/-/serviceAccounts/${each}`)),
  };
  return clientOfTokens(() => tokenInName(source, url, body), wanted);
}

/** Who the credentials are. Nothing is asked of a server yet. Throws the library's errors. */
export function clientOf(credentials: Credentials, wanted: Wanted): TokenClient {
  const options = shared(credentials, wanted.universe);
  const scopes = [...wanted.scopes];
  switch (credentials.type) {
    case 'service_account': {
      const client = new JWT({ ...options, scopes });
      client.fromJSON(credentials);
      return client;
    }
    case 'authorized_user': {
      const client = new UserRefreshClient(options);
      client.fromJSON(credentials);
      return client;
    }
    case 'external_account':
      return federated(credentials, options, scopes);
    case 'external_account_authorized_user':
      return new ExternalAccountAuthorizedUserClient({ ...credentials, ...options } as never);
    case 'impersonated_service_account': {
      const source = clientOf(credentials['source_credentials'] as Credentials, wanted);
      const delegates = Array.isArray(credentials['delegates']) ? credentials['delegates'].map(String) : [];
      const url = new URL(textOf(credentials, 'service_account_impersonation_url') ?? '');
      return impersonating(source, { account: impersonatedAccount(credentials) ?? '', delegates }, wanted, url.origin);
    }
  }
}

/** Who has tokens made by others. */
export function clientOfTokens(get: () => Promise<GivenToken>, { universe }: Wanted): TokenClient {
  const client = new OAuth2Client(shared({}, universe));
  // Whoever waits for a token waits for the same one.
  let asking: Promise<GivenToken> | undefined;
  client.refreshHandler = async () => {
    const { token, expires } = await (asking ??= get().finally(() => (asking = undefined)));
    // The library asks for an end; a token without one is used as long as Google takes it.
    return { access_token: token, expiry_date: expires ?? Date.now() + 365 * 24 * 3600 * 1000 };
  };
  return client;
}
