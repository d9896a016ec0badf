import {
  askService,
  parseAnswer,
  setting,
  switched,
  type ServiceAnswer,
  type ServiceRequest,
  type Trust,
} from '../../plugins/sdk/http.ts';
import { StepError } from '../../plugins/sdk/index.ts';

function failed(message: string, hint?: string): StepError {
  return new StepError(message, { code: 'LOOKUP_FAILED', ...(hint === undefined ? {} : { hint }) });
}

const mostRedirects = 5;

function trust(): Trust {
  return {
    authority: setting('VAULT_CACERT'),
    certificate: setting('VAULT_CLIENT_CERT'),
    key: setting('VAULT_CLIENT_KEY'),
    serverName: setting('VAULT_TLS_SERVER_NAME'),
    unverified: switched('VAULT_SKIP_VERIFY'),
  };
}

function endpoint(path: string): { readonly url: URL; readonly socket?: string } {
  const base = setting('VAULT_AGENT_ADDR', 'VAULT_ADDR') ?? 'https://127.0.0.1:8200';
  const local = base.startsWith('unix://');
  const server = local ? 'http://localhost' : base.replace(/\/+$/, '');
  const url = URL.parse(`${server}/v1/${path.split('/').map(encodeURIComponent).join('/').replace(/^\/+/, '')}`);
  if (url === null) throw failed(`VAULT_ADDR is not an address: ${JSON.stringify(base)}`);
  return local ? { url, socket: base.slice('unix://'.length) } : { url };
}

/** A standby server sends its clients on to the active one. */
async function ask(request: ServiceRequest): Promise<ServiceAnswer> {
  let url = request.url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await askService({ ...request, url });
    const target = [301, 302, 307, 308].includes(answer.status) ? URL.parse(answer.location ?? '', url.href) : null;
    if (target === null) return answer;
    if (url.protocol === 'https:' && target.protocol !== 'https:') {
      throw failed(`Vault sends on to ${target.origin}, without encryption`);
    }
    url = target;
  }
  throw failed('Vault sends from one address to the next without end');
}

function complaint(answer: ServiceAnswer): string {
  try {
    const { errors } = JSON.parse(answer.body) as { errors?: unknown };
    if (Array.isArray(errors) && errors.length > 0) return errors.join('; ');
  } catch {
    // Something in between answers, not Vault; its text is all there is.
  }
  return answer.body.trim();
}

/**
 * What Vault has at a path, or makes there of a `body` of JSON; where and how comes from the VAULT_… variables, of which
 * VAULT_TOKEN has to be set. Undefined when there is nothing. Throws `StepError`, and
 * the signal's reason when that aborts.
 */
export async function askVault(
  path: string,
  signal: AbortSignal,
  body?: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const token = setting('VAULT_TOKEN');
  if (token === undefined) throw failed('VAULT_TOKEN is not set', 'set it to a token that may read the secret');
  const namespace = setting('VAULT_NAMESPACE');
  const headers = {
    'X-Vault-Token': token,
    'X-Vault-Request': 'true',
    ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
  };
  const sent = body === undefined ? {} : { method: 'PUT' as const, body };
  const answer = await ask({ ...endpoint(path), ...sent, headers, trust: trust(), signal });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) {
    throw failed(`Vault refuses with status ${String(answer.status)}: ${complaint(answer)}`);
  }
  const found = parseAnswer(answer, 'Vault');
  return typeof found === 'object' && found !== null ? { ...found } : {};
}
