import type { IncomingMessage } from 'node:http';
import { isObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { refused } from '../../../_transfer/failure.ts';
import { basicLogin, bodyOf, exchange, type HttpServer, type Request } from '../../../_transfer/exchange.ts';
import type { RegistryLogin } from './credentials.ts';

/** Makes a call; a login that the registry asks for is made on the way. Throws as `exchange` does. */
export type Ask = (
  method: string,
  path: string,
  request: Request,
  expected?: readonly number[],
) => Promise<IncomingMessage>;

const UNAUTHORIZED = 401;

function challengeOf(answer: IncomingMessage): {
  readonly scheme: string;
  readonly members: ReadonlyMap<string, string>;
} {
  const header = answer.headers['www-authenticate'] ?? '';
  const members = [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const);
  return { scheme: (/^\w+/.exec(header)?.[0] ?? '').toLowerCase(), members: new Map(members) };
}

/** A token for one repository, of the server that the registry names. */
async function fetchToken(
  server: HttpServer,
  members: ReadonlyMap<string, string>,
  repository: string,
  login: RegistryLogin | undefined,
): Promise<string> {
  const realm = members.get('realm') ?? '';
  if (!URL.canParse(realm)) throw refused(`${server.origin} asks for a login, and does not say where`);
  const url = new URL(realm);
  const service = members.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull,push,delete`);
  const doing = `log in at ${url.origin}`;
  const headers = login === undefined ? {} : basicLogin(login.user, login.password);
  const answer = await exchange({ ...server, origin: url.origin, login: {} }, 'GET', url.href, { doing, headers });
  const said = JSON.parse((await bodyOf(answer, server, doing)).toString('utf8')) as JsonValue;
  const token = isObject(said) ? (said['token'] ?? said['access_token']) : undefined;
  if (typeof token !== 'string') throw refused(`${url.origin} gives no token`);
  return token;
}

/** The calls of a registry about one repository. */
export function registry(server: HttpServer, repository: string, login: RegistryLogin | undefined): Ask {
  let authorization: Readonly<Record<string, string>> = {};

  async function logIn(answer: IncomingMessage): Promise<boolean> {
    const { scheme, members } = challengeOf(answer);
    const before = authorization['authorization'];
    if (scheme === 'bearer') {
      authorization = { authorization: `Bearer ${await fetchToken(server, members, repository, login)}` };
    } else if (scheme === 'basic' && login !== undefined) authorization = basicLogin(login.user, login.password);
    return authorization['authorization'] !== before;
  }

  return async (method, path, request, expected = []) => {
    const send = (known: readonly number[]): Promise<IncomingMessage> =>
      exchange(server, method, path, { ...request, headers: { ...request.headers, ...authorization } }, known);
    const answer = await send([...expected, UNAUTHORIZED]);
    if (answer.statusCode !== UNAUTHORIZED) return answer;
    answer.resume();
    if (await logIn(answer)) {
      const second = await send([...expected, UNAUTHORIZED]);
      if (second.statusCode !== UNAUTHORIZED) return second;
      second.resume();
    }
    throw refused(
      `${server.origin} lets ${login === undefined ? 'nobody in who does not log in' : `"${login.user}" not in`}`,
      login === undefined ? 'set username and password, or log in with docker or oras' : 'check username and password',
    );
  };
}
