import { reasonOf } from '../../../core/http/send-request.ts';
import { OpenStackError, type FailureReason } from '../errors/openstack-error.ts';
import { shownUrl, type Asked } from '../errors/read-failure.ts';

/** A request that changes nothing may be sent again whatever became of it. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

const NOT_CONNECTED = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN'],
  // The proxy would not.
  ...['ERR_PROXY_TUNNEL', 'ERR_PROXY_INVALID_CONFIG'],
]);

/** OpenSSL's names of what is wrong with a certificate, and of a handshake that came to nothing. */
const UNTRUSTED = /CERT|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^UNABLE_TO_|^INVALID_(CA|PURPOSE)|^HOSTNAME_MISMATCH/;

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonFor(error: unknown): FailureReason {
  const code = codeOf(error);
  if (UNTRUSTED.test(code)) return 'untrusted';
  const connecting = error instanceof Error && 'syscall' in error && error.syscall === 'connect';
  return connecting || NOT_CONNECTED.has(code) ? 'unreachable' : 'lost';
}

/** What is thrown when no answer came, or not all of it. `error` is what the connection says. */
export function reachFailure(asked: Asked, error: unknown): OpenStackError {
  const reason = reasonFor(error);
  const mayHaveHappened = reason === 'lost' && !isSafe(asked.method);
  const url = shownUrl(asked.url);
  const sent = `${asked.service} gives no answer to ${asked.method} ${url}`;
  const what = reason === 'lost' ? sent : `${asked.service} at ${asked.url.origin} cannot be reached`;
  const perhaps = mayHaveHappened ? '; the request may have been carried out' : '';
  return new OpenStackError(`${what}: ${reasonOf(error)}${perhaps}`, {
    ...{ reason, mayHaveHappened, service: asked.service, method: asked.method, url, cause: error },
    code: codeOf(error) || undefined,
  });
}
