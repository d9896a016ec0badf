import { OpenStackError, type AuthReceipt } from '../errors/openstack-error.ts';
import { failureOf } from '../errors/read-failure.ts';
import { jsonIn } from '../guards.ts';
import { path } from '../service/path.ts';
import type { CloudSettings, Factor, Login, Scope } from '../settings.ts';
import { withRetries } from '../transport/retry.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { authRequest } from './auth-request.ts';
import { keystoneV3 } from './keystone.ts';
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

function tokenIn({ headers, text }: Answer, asked: URL, now: number): Token {
  const id = headers['x-subject-token'];
  const token = typeof id === 'string' ? parseToken(id, jsonIn(text), now) : undefined;
  if (token !== undefined) return token;
  const message = `${asked.origin}${asked.pathname} answers, but with no token: it does not seem to be Keystone v3`;
  throw new OpenStackError(message, { reason: 'bad-answer', service: 'identity' });
}

/**
 * A login that is not there, such as an application credential that was deleted, must not be taken for a thing that is
 * not there: Keystone says 404 of it. Whatever else says so is no Keystone.
 */
function refusalOf(error: OpenStackError): OpenStackError {
  if (error.reason !== 'not-found') return error;
  const reason = error.code === undefined ? 'bad-answer' : 'unauthorized';
  const { status, service, code, detail, requestId, method, url } = error;
  return new OpenStackError(error.message, { reason, status, service, code, detail, requestId, method, url });
}

/** Posts to Keystone. A token more is nothing that was made: what is lost is asked for again. */
async function post(asking: Asking, url: URL, headers: Asking['headers'], body: string | undefined): Promise<Token> {
  const { transport, settings, limit, signal } = asking;
  const asked = { service: 'identity', method: 'POST', url };
  return withRetries('GET', settings.retries ?? {}, signal, async () => {
    const now = Date.now();
    const all = { ...asking.headers, accept: 'application/json', ...headers };
    const answer = await transport.ask({ ...asked, headers: all, body, limit, signal });
    if (answer.status < 200 || answer.status > 299) throw refusalOf(failureOf(asked, answer));
    return tokenIn(answer, url, now);
  });
}

async function prove(
  asking: Asking,
  factors: readonly Factor[],
  scope: Scope | undefined,
  receipt?: AuthReceipt,
): Promise<Token> {
  const url = new URL('auth/tokens', keystoneV3(asking.settings.authUrl));
  const body = JSON.stringify(await authRequest(factors, scope));
  const [token] = factors.flatMap((factor) => (factor.type === 'token' ? [factor.token] : []));
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { 'x-auth-token': token }),
    ...(receipt === undefined ? {} : { 'openstack-auth-receipt': receipt.id }),
  };
  try {
    return await post(asking, url, headers, body);
  } catch (error) {
    const { answerReceipt } = asking.settings;
    if (!(error instanceof OpenStackError) || error.receipt === undefined || answerReceipt === undefined) throw error;
    return prove(asking, await answerReceipt(error.receipt), scope, error.receipt);
  }
}

/** The token that an identity provider's word gets is for nothing; with it, one is asked for that is for the scope. */
async function federate(asking: Asking, login: Login & { type: 'oidc-access-token' }): Promise<Token> {
  const { identityProvider, protocol, accessToken, scope } = login;
  const below = path`OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
  const url = new URL(below, keystoneV3(asking.settings.authUrl));
  const unscoped = await post(asking, url, { authorization: `Bearer ${accessToken}` }, undefined);
  return scope === undefined ? unscoped : prove(asking, [{ type: 'token', token: unscoped.id }], scope);
}

/** A cloud without Keystone asks nobody who one is. */
function ownToken(id: string | undefined): Token {
  const nobody = { id: undefined, name: undefined };
  return { id: id ?? '', staleAt: Infinity, user: nobody, project: undefined, roles: [], catalogue: [] };
}

/** Asks Keystone for a token. Throws `OpenStackError`, and the signal's reason when that aborts. */
export async function authenticate(asking: Asking): Promise<Token> {
  const { login } = asking.settings;
  switch (login.type) {
    case 'endpoint':
      return ownToken(login.token);
    case 'oidc-access-token':
      return federate(asking, login);
    case 'multi-factor':
      return prove(asking, login.factors, login.scope);
    default:
      return prove(asking, [login], login.scope);
  }
}
