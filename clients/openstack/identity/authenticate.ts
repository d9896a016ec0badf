import { OpenStackError } from '../errors/openstack-error.ts';
import { failureOf } from '../errors/read-failure.ts';
import { jsonIn } from '../guards.ts';
import type { CloudSettings } from '../settings.ts';
import { withRetries } from '../transport/retry.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { authRequest } from './auth-request.ts';
import { parseToken, type Token } from './token.ts';

/** What asking Keystone needs. */
export interface Asking {
  readonly transport: Transport;
  readonly settings: CloudSettings;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for an exchange. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Keystone's v3 address: "/v3" is put where the address has another version or none. */
export function keystoneAddress(authUrl: string): URL {
  if (!URL.canParse(authUrl) || !/^https?:/i.test(authUrl)) {
    const message = `the address of Keystone (auth_url) "${authUrl}" is no address of http or https`;
    throw new OpenStackError(message, { reason: 'settings' });
  }
  const url = new URL(authUrl);
  url.search = '';
  const before = url.pathname.replace(/\/+$/, '').replace(/\/v\d+(\.\d+)?$/i, '');
  url.pathname = `${before}/v3/auth/tokens`;
  return url;
}

function tokenIn({ headers, text }: Answer, asked: URL, now: number): Token {
  const id = headers['x-subject-token'];
  const token = typeof id === 'string' ? parseToken(id, jsonIn(text), now) : undefined;
  if (token !== undefined) return token;
  const message = `${asked.origin}${asked.pathname} answers, but with no token: it does not seem to be Keystone v3`;
  throw new OpenStackError(message, { reason: 'bad-answer', service: 'identity' });
}

/** Asks Keystone for a token. Throws `OpenStackError`, and the signal's reason when that aborts. */
export async function authenticate(asking: Asking): Promise<Token> {
  const { transport, settings, headers, limit, signal } = asking;
  const url = keystoneAddress(settings.authUrl);
  const body = JSON.stringify(authRequest(settings.login));
  const asked = { service: 'identity', method: 'POST', url };
  // A token more is nothing that was made: what is lost is asked for again.
  return withRetries('GET', settings.retries ?? {}, signal, async () => {
    const now = Date.now();
    const sent = { ...headers, 'content-type': 'application/json', accept: 'application/json' };
    const answer = await transport.ask({ ...asked, headers: sent, body, limit, signal });
    if (answer.status < 200 || answer.status > 299) throw failureOf(asked, answer);
    return tokenIn(answer, url, now);
  });
}
