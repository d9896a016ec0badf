import { readAtMost } from '../../core/http/read-at-most.ts';
import { sendRequest, type Sending } from '../../core/http/send-request.ts';

/** The part of fetch's parameters that Google's library uses. */
interface Init {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: unknown;
  readonly signal?: AbortSignal | null;
  /** Of a login by certificate. */
  readonly agent?: { readonly options?: Pick<Sending, 'cert' | 'key'> };
}

const PATIENCE = 60_000;
const LARGEST_ANSWER = 1024 * 1024;
/** Of service accounts and users, however the credentials name another place. */
const GOOGLE_TOKENS = 'https://oauth2.googleapis.com/token';
const GOOGLES_OWN = /(^|\.)(googleapis\.com|google\.com)$/;

/** Where tokens are made by credentials that name a place which is not Google's (`token_uri`); else the library's own. */
function placeOf(url: URL, tokenUri: string | undefined): URL {
  if (url.href !== GOOGLE_TOKENS || tokenUri === undefined || !URL.canParse(tokenUri)) return url;
  const own = new URL(tokenUri);
  return GOOGLES_OWN.test(own.hostname) ? url : own;
}

function bodyOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  return body instanceof URLSearchParams || typeof body === 'string' ? String(body) : JSON.stringify(body);
}

/**
 * A fetch for Google's library that asks as Kiln asks everywhere: by the environment's proxies, and with errors that can be
 * caught, which Node's own does not have when a server closes.
 */
export function transport(tokenUri: string | undefined): typeof fetch {
  const send = async (input: string | URL, init: Init = {}): Promise<Response> => {
    const url = placeOf(new URL(input), tokenUri);
    const limit = AbortSignal.timeout(PATIENCE);
    const { cert, key } = init.agent?.options ?? {};
    const message = await sendRequest(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers).entries()),
      body: bodyOf(init.body),
      signal: init.signal === undefined || init.signal === null ? limit : AbortSignal.any([init.signal, limit]),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    const bytes = await readAtMost(message, LARGEST_ANSWER);
    const status = message.statusCode ?? 0;
    const type = message.headers['content-type'] ?? 'application/json';
    const empty = [204, 205, 304].includes(status);
    return new Response(empty ? null : new Uint8Array(bytes), { status, headers: { 'content-type': type } });
  };
  return send as typeof fetch;
}
