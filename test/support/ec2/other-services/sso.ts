import { AwsProblem } from '../problem.ts';
import { jsonFailure, parseBody } from '../protocol/json-service.ts';
import type { Service } from '../protocol/service.ts';
import { openSession } from './sessions.ts';
import type { SignedRequest } from '../protocol/sign-v4.ts';
import type { World } from '../world.ts';

/** A person's session with the portal, as `aws sso login` caches it. */
export const SSO_TOKEN = 'portal-token-1';
export const SSO_REFRESH_TOKEN = 'portal-refresh-1';
const RENEWED_TOKEN = 'portal-token-2';

function roleCredentials(world: World, { url, headers }: SignedRequest): object {
  const token = headers['x-amz-sso_bearer_token'];
  if (token !== SSO_TOKEN && token !== RENEWED_TOKEN) {
    throw new AwsProblem('UnauthorizedException', 'Session token not found or invalid', 401);
  }
  const query = new URL(url, 'http://portal').searchParams;
  const [role, account] = [query.get('role_name') ?? '', query.get('account_id') ?? ''];
  if (!/^\d{12}$/.test(account) || role === '') {
    throw new AwsProblem('ResourceNotFoundException', 'No access', 404);
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = openSession(world, account, role, 'person', 3600);
  return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiration.getTime() } };
}

function renewedToken(body: Buffer): object {
  const { grantType, refreshToken } = parseBody(body) as { grantType?: string; refreshToken?: string };
  if (grantType !== 'refresh_token' || refreshToken !== SSO_REFRESH_TOKEN) {
    throw new AwsProblem('InvalidGrantException', 'Invalid grant provided');
  }
  return { accessToken: RENEWED_TOKEN, expiresIn: 3600, tokenType: 'Bearer', refreshToken: SSO_REFRESH_TOKEN };
}

/** The portal of IAM Identity Center and its OIDC server. */
export function ssoService(): Service {
  return {
    failure: jsonFailure,
    answer: (world, scope, request) => {
      const path = request.url.split('?')[0] ?? '';
      const [call, answer] =
        path === '/token'
          ? (['CreateToken', () => renewedToken(request.body)] as const)
          : (['GetRoleCredentials', () => roleCredentials(world, request)] as const);
      world.calls.push({
        service: 'sso',
        call,
        region: scope.region,
        caller: '',
        input: {},
        error: undefined,
        at: world.clock.now(),
      });
      return Promise.resolve({ status: 200, type: 'application/json', body: JSON.stringify(answer()) });
    },
  };
}
