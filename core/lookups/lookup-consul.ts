import { readFile } from 'node:fs/promises';
import { isRecord, parseAnswer, send, type Trust } from './http-request.ts';
import { LookupFailure, setting, switched, type Environment } from './lookup-failure.ts';

async function token(environment: Environment): Promise<string | undefined> {
  const given = setting(environment, 'CONSUL_HTTP_TOKEN');
  const file = setting(environment, 'CONSUL_HTTP_TOKEN_FILE');
  if (given !== undefined || file === undefined) return given;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new LookupFailure(`CONSUL_HTTP_TOKEN_FILE ${file} cannot be read`, undefined, cause);
  }
}

function address(environment: Environment): { readonly base: string; readonly socket: string | undefined } {
  const given = setting(environment, 'CONSUL_HTTP_ADDR') ?? '127.0.0.1:8500';
  if (given.startsWith('unix://')) return { base: 'http://localhost', socket: given.slice('unix://'.length) };
  const scheme = switched(environment, 'CONSUL_HTTP_SSL') === true ? 'https' : 'http';
  return { base: /^https?:\/\//.test(given) ? given : `${scheme}://${given}`, socket: undefined };
}

function trust(environment: Environment): Trust {
  return {
    authority: setting(environment, 'CONSUL_CACERT'),
    certificate: setting(environment, 'CONSUL_CLIENT_CERT'),
    key: setting(environment, 'CONSUL_CLIENT_KEY'),
    serverName: setting(environment, 'CONSUL_TLS_SERVER_NAME'),
    unverified: switched(environment, 'CONSUL_HTTP_SSL_VERIFY') === false,
  };
}

function endpoint(base: string, key: string, namespace: string | undefined): URL {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const url = URL.parse(`${base.replace(/\/+$/, '')}/v1/kv/${path}`);
  if (url === null) throw new LookupFailure(`CONSUL_HTTP_ADDR is not an address: ${JSON.stringify(base)}`);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  return url;
}

/** The value of a key in Consul; where and how comes from the CONSUL_… variables. Throws `LookupFailure`. */
export async function consulKey(key: string, environment: Environment, signal: AbortSignal): Promise<string> {
  if (key.startsWith('/')) throw new LookupFailure('a key does not start with "/"');
  const { base, socket } = address(environment);
  const secret = await token(environment);
  const login = setting(environment, 'CONSUL_HTTP_AUTH');
  const headers = {
    ...(secret === undefined ? {} : { 'X-Consul-Token': secret }),
    ...(login === undefined ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  const url = endpoint(base, key, setting(environment, 'CONSUL_NAMESPACE'));
  const answer = await send({ url, socket, headers, trust: trust(environment), signal });
  const quoted = JSON.stringify(key);
  if (answer.status === 404) throw new LookupFailure(`Consul has no key ${quoted}`);
  if (answer.status !== 200) {
    const hint = answer.status === 403 ? 'set CONSUL_HTTP_TOKEN to a token that may read the key' : undefined;
    throw new LookupFailure(`Consul refuses with status ${String(answer.status)}: ${answer.body.trim()}`, hint);
  }
  const found = parseAnswer(answer, 'Consul');
  const entry: unknown = Array.isArray(found) ? found[0] : undefined;
  const encoded = isRecord(entry) ? entry['Value'] : undefined;
  const value = typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString() : '';
  if (value === '') throw new LookupFailure(`the key ${quoted} is empty in Consul`);
  return value;
}
