import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { faultOfAssertion, type TestAccount } from './tokens.ts';

/** How the server is to behave. May be changed while it runs. */
export interface IdentityManners {
  account?: TestAccount;
  /** The refresh token that is believed. */
  refreshToken?: string;
  /** The token of another identity provider that is believed. */
  subjectToken?: string;
  /** Who may make tokens of which accounts. */
  mayImpersonate?: readonly string[];
  /** Seconds that tokens are good for. */
  lifetime?: number;
  /** Whether the server is a machine's metadata server, too. */
  machine?: boolean;
  /** Answers so many requests with 503 before the next one. */
  busy?: number;
  /** What users' logins are refused with. */
  refusal?: { readonly error: string; readonly error_description?: string; readonly error_subtype?: string };
}

/** What stands in for Google's token service, STS, IAM's service for credentials, userinfo, the metadata server and Vault. */
export interface IdentityServer {
  readonly url: string;
  readonly manners: IdentityManners;
  /** Methods and paths with what was sent, the first first. */
  readonly requests: readonly {
    readonly path: string;
    readonly body: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** Whose tokens they are. */
  readonly tokens: ReadonlyMap<string, string>;
  close(): void;
}

type Reply = readonly [status: number, body: object | string];

function form(body: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(body));
}

function denied(permission: string): Reply {
  return [
    403,
    {
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: `Permission '${permission}' denied on resource (or it may not exist).`,
      },
    },
  ];
}

export async function startIdentityServer(manners: IdentityManners = {}): Promise<IdentityServer> {
  const tokens = new Map<string, string>();
  const requests: { path: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  const made = (owner: string): string => {
    const token = `ya29.${owner.replaceAll(/\W/g, '-')}-${tokens.size + 1}`;
    tokens.set(token, owner);
    return token;
  };
  const lifetime = (): number => manners.lifetime ?? 3600;
  const grant = (owner: string): Reply => [
    200,
    { access_token: made(owner), expires_in: lifetime(), token_type: 'Bearer' },
  ];
  const owner = (headers: IncomingMessage['headers']): string | undefined =>
    tokens.get((headers.authorization ?? '').replace('Bearer ', ''));

  function token(body: string): Reply {
    const said = form(body);
    if (said['grant_type'] === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      const { account } = manners;
      const fault =
        account === undefined ? 'Invalid grant: account not found' : faultOfAssertion(said['assertion'] ?? '', account);
      return fault === undefined
        ? grant(account?.email ?? '')
        : [400, { error: 'invalid_grant', error_description: fault }];
    }
    if (manners.refusal !== undefined) return [400, manners.refusal];
    if (said['refresh_token'] === manners.refreshToken && said['client_secret'] !== undefined)
      return grant('user@example.com');
    return [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }];
  }
  function exchange(body: string): Reply {
    const said = body.startsWith('{') ? (JSON.parse(body) as Record<string, string>) : form(body);
    if (said['subject_token'] !== manners.subjectToken) {
      return [400, { error: 'invalid_grant', error_description: 'The subject token is not one of the provider.' }];
    }
    return [
      200,
      {
        access_token: made('principal'),
        expires_in: lifetime(),
        token_type: 'Bearer',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      },
    ];
  }
  function impersonate(account: string, body: string, headers: IncomingMessage['headers']): Reply {
    if (owner(headers) === undefined)
      return [
        401,
        { error: { code: 401, status: 'UNAUTHENTICATED', message: 'Request had invalid authentication credentials.' } },
      ];
    if (manners.mayImpersonate?.includes(account) !== true) return denied('iam.serviceAccounts.getAccessToken');
    const { scope, lifetime: wanted } = JSON.parse(body) as { scope?: string[]; lifetime?: string };
    if (!Array.isArray(scope) || !/^\d+s$/.test(wanted ?? '3600s'))
      return [400, { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Invalid request' } }];
    return [200, { accessToken: made(account), expireTime: new Date(Date.now() + lifetime() * 1000).toISOString() }];
  }
  function metadata(path: string, headers: IncomingMessage['headers']): Reply {
    if (headers['metadata-flavor'] !== 'Google') return [403, 'Missing Metadata-Flavor:Google header.'];
    if (path === 'project/project-id') return [200, 'machine-project'];
    if (manners.account === undefined) return [404, 'Not Found'];
    if (path.startsWith('instance/service-accounts/default/token')) return grant(manners.account.email);
    return path === 'instance/service-accounts/default/email' ? [200, manners.account.email] : [404, 'Not Found'];
  }
  function answer(path: string, body: string, headers: IncomingMessage['headers']): Reply {
    if ((manners.busy ?? 0) > 0) {
      manners.busy = (manners.busy ?? 0) - 1;
      return [503, { error: 'backend_error' }];
    }
    const [, account] = /serviceAccounts\/([^/]+):generateAccessToken$/.exec(decodeURIComponent(path)) ?? [];
    if (account !== undefined) return impersonate(account, body, headers);
    if (path.startsWith('/computeMetadata/v1/') && manners.machine === true) return metadata(path.slice(20), headers);
    if (path === '/token') return token(body);
    if (path === '/v1/token') return exchange(body);
    if (path === '/subject') return [200, manners.subjectToken ?? ''];
    if (path === '/oauth2/v2/userinfo') {
      const email = owner(headers);
      return email === undefined ? [401, { error: 'invalid_token' }] : [200, { email, id: '1' }];
    }
    if (path === '/v1/gcp/token/editor')
      return [200, { data: { token: made('vault'), expires_at_seconds: Math.floor(Date.now() / 1000) + lifetime() } }];
    return [404, 'Not Found'];
  }
  function take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const path = request.url ?? '';
      requests.push({ path, body, headers: request.headers });
      const [status, said] = answer(path, body, request.headers);
      const text = typeof said === 'string' ? said : JSON.stringify(said);
      const type = typeof said === 'string' ? 'text/plain' : 'application/json';
      response.writeHead(status, { 'content-type': type, 'metadata-flavor': 'Google' }).end(text);
    });
  }
  const server = createServer(take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...{ url: `http://127.0.0.1:${port}`, manners, requests, tokens },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
