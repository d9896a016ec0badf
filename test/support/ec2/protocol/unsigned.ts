import { AwsProblem } from '../problem.ts';
import type { Scope, SignedRequest } from './sign-v4.ts';
import type { World } from '../world.ts';

const NOBODY = { accessKeyId: '', secretAccessKey: '', arn: '', userId: '', expired: false };

/** Requests that carry their proof in themselves: a token of another identity provider, or of single sign-on. */
export function unsignedScope(world: World, { url, headers, body }: SignedRequest): Scope | undefined {
  if (headers.authorization !== undefined) return undefined;
  const identity = { ...NOBODY, account: world.account };
  const region = 'us-east-1';
  if (/(^|&)Action=AssumeRoleWithWebIdentity(&|$)/.test(body.toString('latin1'))) {
    return { identity, region, service: 'sts' };
  }
  if (url === '/token' || url.startsWith('/federation/credentials?')) return { identity, region, service: 'sso' };
  return undefined;
}

/** A token such as an identity provider signs; this one is not signed. */
export function webIdentityToken(subject: string, expires: number): string {
  const claims = { iss: 'https://ci.example', sub: subject, aud: 'sts.amazonaws.com', exp: Math.floor(expires / 1000) };
  return [{ alg: 'RS256' }, claims, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}

/** Who a web identity token is for. Throws `AwsProblem` when it is none, or has expired. */
export function webIdentityOf(
  token: string,
  now: number,
): { readonly SubjectFromWebIdentityToken: string; readonly Provider: string; readonly Audience: string } {
  const bad = (code: string, message: string): AwsProblem => new AwsProblem(code, message);
  let claims: { iss?: string; sub?: string; aud?: string; exp?: number };
  try {
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as typeof claims;
  } catch {
    throw bad('InvalidIdentityToken', 'The ID Token provided is not a valid JWT.');
  }
  if ((claims.exp ?? 0) * 1000 < now) throw bad('ExpiredTokenException', 'Token expired: current date/time is later');
  return {
    SubjectFromWebIdentityToken: claims.sub ?? '',
    Provider: claims.iss ?? '',
    Audience: claims.aud ?? '',
  };
}
