import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { readFile } from 'node:fs/promises';
import { readAtMost, reasonOf, sendRequest, type Sending } from '../../plugins/sdk/http.ts';
import { StepError } from '../../plugins/sdk/index.ts';
import { interrupted, refused, unlessOurs } from './failure.ts';

/** A server that is spoken to over HTTP. */
export interface HttpServer {
  /** Its scheme, host and port. */
  readonly origin: string;
  /** Header of who asks, if anybody. */
  readonly login: Readonly<Record<string, string>>;
  /** Certificates of those who may vouch for the server, in place of the usual ones. */
  readonly ca: Buffer | undefined;
  /** Milliseconds. */
  readonly silence: number;
  readonly signal: AbortSignal;
}

export interface Request extends Pick<Sending, 'headers'> {
  /** Called for each time that the request is sent. */
  readonly body?: () => string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
  /** What the request is for, in messages: "write …". */
  readonly doing: string;
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'check username and password',
  507: 'the target is full: free some space there',
};

/** Beginnings of answers of which nobody wants more. */
const MOST_WORDS = 64 * 1024;

/** Reads the certificates of the option `cacert`. */
export async function readAuthority(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  return readFile(path).catch((cause: unknown) => {
    throw new StepError(`the certificate file ${path} cannot be read`, {
      code: 'SERVER_CERTIFICATE',
      pointer: '/cacert',
      cause,
    });
  });
}

/** Header of a user with a password. */
export function basicLogin(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** A path as a request has it; what is written as `%20` stays so. */
export function encodePath(path: string): string {
  return encodeURI(path)
    .replace(/%25([0-9a-f]{2})/gi, '%$1')
    .replace(/[?#]/g, (character) => encodeURIComponent(character));
}

function pauseOf({ headers }: IncomingMessage): number | undefined {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? Math.min(seconds, 120) * 1000 : undefined;
}

/** Certificates that are not trusted are so the next time, too. */
function isLasting(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code');
  return typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ENOTFOUND/.test(code);
}

/**
 * One exchange, at a path or at an address that the server has given. Resolves with the answer, of which the body is to be read or destroyed, when its status is below 400 or
 * among `expected`. Throws UPLOAD_INTERRUPTED for lost connections, 408, 429 and 5xx, UPLOAD_REFUSED for others.
 */
export async function exchange(
  server: HttpServer,
  method: string,
  path: string,
  { doing, headers = {}, body, signal = server.signal }: Request,
  expected: readonly number[] = [],
): Promise<IncomingMessage> {
  const { origin, login, ca, silence } = server;
  const url = new URL(path.startsWith('/') ? encodePath(path) : path, origin);
  const content = body?.();
  let answer: IncomingMessage;
  try {
    answer = await sendRequest(url, {
      method,
      headers: { 'user-agent': 'Kiln', ...login, ...headers },
      body: content,
      idle: silence,
      signal,
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (error) {
    throw unlessOurs(error, signal, (failure) => {
      const message = `${doing}: ${reasonOf(failure)}`;
      return isLasting(failure) ? refused(message, undefined, failure) : interrupted(message, failure);
    });
  } finally {
    if (content instanceof Readable) content.destroy();
  }
  const { statusCode: status = 0 } = answer;
  if (status < 400 || expected.includes(status)) return answer;
  const words = (await readAtMost(answer, MOST_WORDS).catch(() => Buffer.alloc(0))).toString('utf8');
  const told = /^[^<{]{1,200}$/.test(words.trim()) ? `: ${words.trim()}` : '';
  const message = `${doing}: the server answers ${status} ${answer.statusMessage ?? ''}`.trimEnd() + told;
  if (status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 507)) {
    throw interrupted(message, undefined, pauseOf(answer));
  }
  throw refused(message, HINTS[status]);
}

/** Gives the body of an answer on as it comes. Throws UPLOAD_INTERRUPTED when it breaks off. */
export async function takeBody(
  answer: IncomingMessage,
  take: (chunk: Buffer) => void,
  { signal }: HttpServer,
  doing: string,
): Promise<void> {
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) take(chunk);
  } catch (error) {
    throw unlessOurs(error, signal, (failure) => interrupted(`${doing}: ${reasonOf(failure)}`, failure));
  }
}

/** A small body, whole. */
export async function bodyOf(answer: IncomingMessage, server: HttpServer, doing: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await takeBody(answer, (chunk) => void chunks.push(chunk), server, doing);
  return Buffer.concat(chunks);
}
