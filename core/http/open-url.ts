import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { addressOf, shownAddress, type Address } from './address.ts';
import { sendRequest, type Sending } from './send-request.ts';

/** As many as Go's programs follow. */
const MOST_REDIRECTS = 10;

/** A server's answer; its body is not read yet. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether the server compressed what it sends, so that neither its length nor its ranges are those of the body. */
  readonly encoded: boolean;
  /** Has to be read or destroyed. */
  readonly body: Readable;
}

// Called by name, so that loading this file does not load zlib.
const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/** A file that is compressed itself is often said to be sent so. */
const COMPRESSED_FILE = /\.(?:t?gz|br|t?zst)$/i;

function answerOf(message: IncomingMessage, url: URL): HttpResponse {
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = message;
  const decode = decoders[headers['content-encoding']?.toLowerCase() ?? ''];
  const encoded = decode !== undefined && !COMPRESSED_FILE.test(url.pathname);
  if (!encoded) return { status, statusText, headers, encoded, body: message };
  const body = decode();
  message.on('error', (error) => body.destroy(error)).pipe(body);
  // It may fail before anybody reads it; whoever does is told then.
  body.on('error', () => undefined);
  body.on('close', () => message.destroy());
  return { status, statusText, headers, encoded, body };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Where an answer leads to. Throws `Error` when that is no place to read from. */
function nextAddress(location: string, from: URL): Address {
  const to = URL.canParse(location, from.href) ? addressOf(location, from) : undefined;
  if (to !== undefined && /^https?:$/.test(to.url.protocol)) return to;
  throw new Error(`it is redirected to ${shownAddress(location)}, which is neither http nor https`);
}

/**
 * Asks for a file over http or https and follows redirects, with the caller's headers; the login in the address goes to
 * no other host. Compressed transport is undone. Throws `Error`.
 */
export async function openUrl(text: string, sending: Sending): Promise<HttpResponse> {
  let { url, login } = addressOf(text);
  for (let redirects = 0; ; redirects += 1) {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'Kiln', ...sending.headers, ...login };
    const message = await sendRequest(url, { ...sending, headers });
    const { location } = message.headers;
    if (!isRedirect(message.statusCode ?? 0) || location === undefined) return answerOf(message, url);
    message.destroy();
    if (redirects === MOST_REDIRECTS) throw new Error(`it is redirected more than ${MOST_REDIRECTS} times`);
    const next = nextAddress(location, url);
    const sameOrigin = next.url.origin === url.origin;
    login = sameOrigin && Object.keys(next.login).length === 0 ? login : next.login;
    url = next.url;
  }
}
