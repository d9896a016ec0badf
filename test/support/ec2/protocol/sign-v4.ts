import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from '../../cloud/server.ts';
import { AwsProblem } from '../problem.ts';
import type { Identity, World } from '../world.ts';

export type SignedRequest = Request;

export interface Scope {
  readonly identity: Identity;
  readonly region: string;
  readonly service: string;
}

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function keyed(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function canonicalPath(path: string, service: string): string {
  if (service === 's3') return path;
  return path.split('/').map(escaped).join('/');
}

function expectedSignature(request: SignedRequest, secret: string, scope: string, signed: readonly string[]): string {
  const [path = '/', query = ''] = request.url.split('?');
  const [date = '', region = '', service = ''] = scope.split('/');
  const headers = signed.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  const sent = request.headers['x-amz-content-sha256'];
  const canonical = [
    request.method,
    canonicalPath(path, service),
    canonicalQuery(query),
    headers.join(''),
    signed.join(';'),
    typeof sent === 'string' ? sent : hash(request.body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, hash(canonical)].join('\n');
  const key = keyed(keyed(keyed(keyed(`AWS4${secret}`, date), region), service), 'aws4_request');
  return keyed(key, text).toString('hex');
}

function checkBody(request: SignedRequest): void {
  const sent = request.headers['x-amz-content-sha256'];
  if (typeof sent === 'string' && /^[0-9a-f]{64}$/.test(sent) && sent !== hash(request.body)) {
    throw new AwsProblem('XAmzContentSHA256Mismatch', 'The provided hash does not match what was computed.');
  }
}

/**
 * Who made the address of a request, whose signature is in its query.
 * @throws AwsProblem when it is not signed, for too long ago, or as another request
 */
export function authenticateQuery(world: World, request: SignedRequest, now: number = Date.now()): Scope {
  const [path = '/', query = ''] = request.url.split('?');
  const { 'X-Amz-Signature': signature = '', ...rest } = Object.fromEntries(new URLSearchParams(query));
  const { 'X-Amz-Credential': credential = '', 'X-Amz-Date': date = '', 'X-Amz-Expires': seconds = '' } = rest;
  const [key = '', ...scope] = credential.split('/');
  const identity = world.identities.get(key);
  if (identity === undefined || identity.expired || identity.sessionToken !== rest['X-Amz-Security-Token']) {
    throw new AwsProblem('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  const made = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (!(now - made <= Number(seconds) * 1000) || !date.startsWith(scope[0] ?? '-')) {
    throw new AwsProblem('RequestExpired', 'Request has expired.');
  }
  const unsigned = {
    ...request,
    url: `${path}?${new URLSearchParams(rest).toString()}`,
    headers: { ...request.headers, 'x-amz-date': date },
  };
  const signed = (rest['X-Amz-SignedHeaders'] ?? '').split(';');
  const expected = expectedSignature(unsigned, identity.secretAccessKey, scope.join('/'), signed);
  if (signature !== expected) {
    throw new AwsProblem('SignatureDoesNotMatch', 'The request signature we calculated does not match', 403);
  }
  return { identity, region: scope[1] ?? '', service: scope[2] ?? '' };
}

/**
 * Who sent a request, and for which region and service.
 * @throws AwsProblem for an unsigned request, an unknown key, a wrong scope, token or signature
 */
export function authenticate(world: World, request: SignedRequest): Scope {
  const header = request.headers.authorization ?? '';
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    header,
  );
  if (match === null) {
    throw new AwsProblem('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const [, key = '', scope = '', signed = '', signature = ''] = match;
  const identity = world.identities.get(key);
  if (identity === undefined) {
    throw new AwsProblem('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  const [date = '', region = '', service = '', end] = scope.split('/');
  if (end !== 'aws4_request' || !String(request.headers['x-amz-date']).startsWith(date)) {
    throw new AwsProblem('SignatureDoesNotMatch', 'Credential should be scoped to a valid date and service', 403);
  }
  if (identity.sessionToken !== request.headers['x-amz-security-token']) {
    throw new AwsProblem('AuthFailure', 'The security token included in the request is invalid', 401);
  }
  if (identity.expired) throw new AwsProblem('RequestExpired', 'Request has expired.');
  checkBody(request);
  if (world.options.checkSignatures !== false) {
    const expected = expectedSignature(request, identity.secretAccessKey, scope, signed.split(';'));
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
      const message = 'The request signature we calculated does not match the signature you provided.';
      throw new AwsProblem('SignatureDoesNotMatch', message, 403);
    }
  }
  return { identity, region, service };
}
