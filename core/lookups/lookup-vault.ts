import { isRecord, parseAnswer, send, type HttpAnswer, type HttpRequest, type Trust } from './http-request.ts';
import { LookupFailure, setting, switched, type Environment } from './lookup-failure.ts';

const mostRedirects = 5;

function trust(environment: Environment): Trust {
  return {
    authority: setting(environment, 'VAULT_CACERT'),
    certificate: setting(environment, 'VAULT_CLIENT_CERT'),
    key: setting(environment, 'VAULT_CLIENT_KEY'),
    serverName: setting(environment, 'VAULT_TLS_SERVER_NAME'),
    unverified: switched(environment, 'VAULT_SKIP_VERIFY'),
  };
}

function endpoint(environment: Environment, path: string): { readonly url: URL; readonly socket?: string } {
  const base = setting(environment, 'VAULT_AGENT_ADDR', 'VAULT_ADDR') ?? 'https://127.0.0.1:8200';
  const local = base.startsWith('unix://');
  const server = local ? 'http://localhost' : base.replace(/\/+$/, '');
  const url = URL.parse(`${server}/v1/${path.split('/').map(encodeURIComponent).join('/').replace(/^\/+/, '')}`);
  if (url === null) throw new LookupFailure(`VAULT_ADDR is not an address: ${JSON.stringify(base)}`);
  return local ? { url, socket: base.slice('unix://'.length) } : { url };
}

/** A standby server sends its clients on to the active one. */
async function ask(request: HttpRequest): Promise<HttpAnswer> {
  let url = request.url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await send({ ...request, url });
    const target = [301, 302, 307, 308].includes(answer.status) ? URL.parse(answer.location ?? '', url.href) : null;
    if (target === null) return answer;
    if (url.protocol === 'https:' && target.protocol !== 'https:') {
      throw new LookupFailure(`Vault sends on to ${target.origin}, without encryption`);
    }
    url = target;
  }
  throw new LookupFailure('Vault sends from one address to the next without end');
}

function complaint(answer: HttpAnswer): string {
  try {
    const { errors } = JSON.parse(answer.body) as { errors?: unknown };
    if (Array.isArray(errors) && errors.length > 0) return errors.join('; ');
  } catch {
    // Something in between answers, not Vault; its text is all there is.
  }
  return answer.body.trim();
}

function textOf(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new LookupFailure(`the value of ${JSON.stringify(key)} in Vault is not a text`);
}

/**
 * What Vault has at a path, or makes there of a `body` of JSON; where and how comes from the VAULT_… variables, of which
 * VAULT_TOKEN has to be set. Undefined when there is nothing. Throws `LookupFailure`.
 */
export async function askVault(
  path: string,
  environment: Environment,
  signal: AbortSignal,
  body?: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const token = setting(environment, 'VAULT_TOKEN');
  if (token === undefined)
    throw new LookupFailure('VAULT_TOKEN is not set', 'set it to a token that may read the secret');
  const namespace = setting(environment, 'VAULT_NAMESPACE');
  const headers = {
    'X-Vault-Token': token,
    'X-Vault-Request': 'true',
    ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
  };
  const sent = body === undefined ? {} : { method: 'PUT' as const, body };
  const answer = await ask({ ...endpoint(environment, path), ...sent, headers, trust: trust(environment), signal });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) {
    throw new LookupFailure(`Vault refuses with status ${String(answer.status)}: ${complaint(answer)}`);
  }
  const found = parseAnswer(answer, 'Vault');
  return isRecord(found) ? found : {};
}

/**
 * One value of a secret in Vault's key-value store, version 1 or 2 (whose paths have `data/` in them). Throws
 * `LookupFailure`.
 */
export async function vaultSecret(
  path: string,
  key: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const found = await askVault(path, environment, signal);
  const where = JSON.stringify(path);
  if (found === undefined) {
    const hint = 'in a version 2 store the path has "data/" after the mount, as in secret/data/name';
    throw new LookupFailure(`Vault has no secret at ${where}`, hint);
  }
  const outer = isRecord(found['data']) ? found['data'] : {};
  const data = isRecord(outer['data']) ? outer['data'] : outer;
  if (!Object.hasOwn(data, key)) throw new LookupFailure(`the secret at ${where} has no ${JSON.stringify(key)}`);
  return textOf(data[key], key);
}
