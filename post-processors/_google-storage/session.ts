import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { bodyOf, exchange, type HttpServer } from '../_transfer/exchange.ts';
import { forgotten } from '../_transfer/failure.ts';

const CONTINUE = 308;
/** A session that is over, or that never was. */
export const GONE: readonly number[] = [404, 410];

/** What a session says: how many bytes are there, or what the object became. */
export type SessionState = { readonly offset: number } | { readonly object: JsonObject };

async function stateOf(answer: IncomingMessage, server: HttpServer, url: string): Promise<SessionState> {
  const text = (await bodyOf(answer, server, `write ${url}`)).toString('utf8');
  if (answer.statusCode === CONTINUE) {
    const [, last] = /^bytes=0-(\d+)$/.exec(answer.headers.range ?? '') ?? [];
    // Stand-ins for Google say "0-0" of a session without a byte; what is kept are whole stretches of 256 KiB.
    return { offset: last === undefined || last === '0' ? 0 : Number(last) + 1 };
  }
  if (GONE.includes(answer.statusCode ?? 0)) throw forgotten(url);
  const object = JSON.parse(text) as JsonValue;
  return { object: isObject(object) ? object : {} };
}

/** Asks a session how far it is; `size` is the whole object's, undefined while nobody knows. Throws UPLOAD_LOST when it is over. */
export async function askSession(
  server: HttpServer,
  session: string,
  size: number | undefined,
  url: string,
): Promise<SessionState> {
  const headers = { 'content-length': '0', 'content-range': `bytes */${size ?? '*'}` };
  const answer = await exchange(server, 'PUT', session, { doing: `look at ${url}`, headers }, GONE);
  return stateOf(answer, server, url);
}

/** Sends bytes from a position on. Throws UPLOAD_LOST when the session is over. */
export async function sendToSession(
  server: HttpServer,
  session: string,
  stretch: { readonly from: number; readonly bytes: Buffer; readonly size: number | undefined },
  url: string,
  signal: AbortSignal,
): Promise<SessionState> {
  const { from, bytes, size } = stretch;
  const of = size ?? '*';
  const range = bytes.length === 0 ? `bytes */${of}` : `bytes ${from}-${from + bytes.length - 1}/${of}`;
  const headers = { 'content-length': String(bytes.length), 'content-range': range };
  const body = (): Buffer => bytes;
  const answer = await exchange(server, 'PUT', session, { doing: `write ${url}`, headers, body, signal }, GONE);
  return stateOf(answer, server, url);
}
