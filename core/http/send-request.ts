import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest, type RequestOptions } from 'node:https';
import { shownAddress } from './address.ts';
import { proxyFor } from './proxy.ts';

/** How a request is sent. */
export interface Sending extends Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'> {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Path of a Unix socket to use instead of the address's host. */
  readonly socketPath?: string;
  /** Ends the exchange at any time, the reading of the body too. */
  readonly signal: AbortSignal;
}

function agentFor(url: URL, { socketPath }: Sending): PlainAgent | SecureAgent {
  const proxy = socketPath !== undefined ? undefined : proxyFor(url, process.env);
  if (proxy !== undefined && !/^https?:/i.test(proxy)) {
    throw new Error(`the proxy ${shownAddress(proxy)} in the environment is neither http nor https`);
  }
  const options = proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
  return url.protocol === 'https:' ? new SecureAgent(options) : new PlainAgent(options);
}

/**
 * Sends one request and resolves with the beginning of the answer; its body is read from the stream, which fails when
 * the connection does. The connection is used for this alone. Throws the system's error.
 */
export async function sendRequest(url: URL, sending: Sending): Promise<IncomingMessage> {
  const { body, method = 'GET', headers = {}, ...transport } = sending;
  const options = { ...transport, method, headers, agent: agentFor(url, sending) };
  const request = url.protocol === 'https:' ? secureRequest(url, options) : plainRequest(url, options);
  return new Promise((resolve, reject) => {
    // A connection may also fail when its answer is there, or when nobody reads it any more.
    request.on('error', reject);
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('the server answers in another protocol'));
    });
    // After an answer this says nothing new.
    request.once('close', () => reject(new Error('the connection was closed')));
    request.once('response', (response) => resolve(response.on('error', () => undefined)));
    request.end(body);
  });
}

/** Why an exchange failed, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' && /^(aborted|socket hang up)$/.test(error.message)) return 'the connection was closed';
  return error.message || (typeof code === 'string' ? code : error.name);
}
