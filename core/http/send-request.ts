import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest, type RequestOptions } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { agentFor, type HttpAgent } from './agent.ts';

/** How a request is sent. */
export interface Sending extends Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'> {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is read as fast as the server takes it, and destroyed when the exchange ends before it does. */
  readonly body?: string | Uint8Array | Readable | undefined;
  /** Path of a Unix socket to use instead of the address's host. */
  readonly socketPath?: string;
  /** Milliseconds in which nothing is sent or received, after which the exchange fails. */
  readonly idle?: number;
  /** Ends the exchange at any time, the reading of the body too. */
  readonly signal: AbortSignal;
}

/** As the system says it of a connection that is not answered. */
function silence(milliseconds: number): Error {
  const message = `nothing was sent or received for ${milliseconds / 1000} s`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}

/** As `sendRequest`, over connections that may be kept for the next one. */
export async function sendOver(agent: HttpAgent, url: URL, sending: Sending): Promise<IncomingMessage> {
  const { body, idle, method = 'GET', headers = {}, ...transport } = sending;
  const options = { ...transport, method, headers, agent };
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
    if (idle !== undefined) request.setTimeout(idle, () => request.destroy(silence(idle)));
    if (body instanceof Readable) pipeline(body, request, () => undefined);
    else request.end(body);
  });
}

/**
 * Sends one request and resolves with the beginning of the answer; its body is read from the stream, which fails when
 * the connection does. The connection is used for this alone. Throws the system's error.
 */
export async function sendRequest(url: URL, sending: Sending): Promise<IncomingMessage> {
  return sendOver(agentFor(url, {}, sending.socketPath !== undefined), url, sending);
}

/** Why an exchange failed, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' && /^(aborted|socket hang up)$/.test(error.message)) return 'the connection was closed';
  return error.message || (typeof code === 'string' ? code : error.name);
}
