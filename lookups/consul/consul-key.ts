import { readFile } from 'node:fs/promises';
import { askService, parseAnswer, setting, switched, type Trust } from '../../plugins/sdk/http.ts';
import { StepError } from '../../plugins/sdk/index.ts';

function refused(message: string, details: { readonly hint?: string; readonly cause?: unknown } = {}): StepError {
  return new StepError(message, { code: 'LOOKUP_FAILED', ...details });
}

/** The text of a key as Consul's API gives it: a list of one entry. */
function valueIn(found: unknown): string {
  const entry: unknown = Array.isArray(found) ? found[0] : undefined;
  const encoded = typeof entry === 'object' && entry !== null && 'Value' in entry ? entry.Value : undefined;
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString() : '';
}

async function token(): Promise<string | undefined> {
  const given = setting('CONSUL_HTTP_TOKEN');
  const file = setting('CONSUL_HTTP_TOKEN_FILE');
  if (given !== undefined || file === undefined) return given;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw refused(`CONSUL_HTTP_TOKEN_FILE ${file} cannot be read`, { cause });
  }
}

function address(): { readonly base: string; readonly socket: string | undefined } {
  const given = setting('CONSUL_HTTP_ADDR') ?? '127.0.0.1:8500';
  if (given.startsWith('unix://')) return { base: 'http://localhost', socket: given.slice('unix://'.length) };
  const scheme = switched('CONSUL_HTTP_SSL') === true ? 'https' : 'http';
  return { base: /^https?:\/\//.test(given) ? given : `${scheme}://${given}`, socket: undefined };
}

function trust(): Trust {
  return {
    authority: setting('CONSUL_CACERT'),
    certificate: setting('CONSUL_CLIENT_CERT'),
    key: setting('CONSUL_CLIENT_KEY'),
    serverName: setting('CONSUL_TLS_SERVER_NAME'),
    unverified: switched('CONSUL_HTTP_SSL_VERIFY') === false,
  };
}

function endpoint(base: string, key: string, namespace: string | undefined): URL {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const url = URL.parse(`${base.replace(/\/+$/, '')}/v1/kv/${path}`);
  if (url === null) throw refused(`CONSUL_HTTP_ADDR is not an address: ${JSON.stringify(base)}`);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  return url;
}

/** The value of a key in Consul; where and how comes from the CONSUL_… variables. Throws `StepError`, and the signal's reason when that aborts. */
export async function readKey(key: string, signal: AbortSignal): Promise<string> {
  if (key.startsWith('/')) throw refused('a key does not start with "/"');
  const { base, socket } = address();
  const secret = await token();
  const login = setting('CONSUL_HTTP_AUTH');
  const headers = {
    ...(secret === undefined ? {} : { 'X-Consul-Token': secret }),
    ...(login === undefined ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  const url = endpoint(base, key, setting('CONSUL_NAMESPACE'));
  const answer = await askService({ url, socket, headers, trust: trust(), signal });
  const quoted = JSON.stringify(key);
  if (answer.status === 404) throw refused(`Consul has no key ${quoted}`);
  if (answer.status !== 200) {
    const message = `Consul refuses with status ${String(answer.status)}: ${answer.body.trim()}`;
    const hint = 'set CONSUL_HTTP_TOKEN to a token that may read the key';
    throw refused(message, answer.status === 403 ? { hint } : {});
  }
  const value = valueIn(parseAnswer(answer, 'Consul'));
  if (value === '') throw refused(`the key ${quoted} is empty in Consul`);
  return value;
}
