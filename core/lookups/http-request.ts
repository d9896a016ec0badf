import { readFile } from 'node:fs/promises';
import { readAtMost } from '../http/read-at-most.ts';
import { reasonOf, sendRequest, type Sending } from '../http/send-request.ts';
import { LookupFailure } from './lookup-failure.ts';

/** Bytes; secrets, keys and credentials are far below. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Path of a Unix socket to use instead of the URL's host. */
  readonly socket?: string | undefined;
  readonly trust?: Trust | undefined;
  /** The whole exchange may take this long; a minute unless said otherwise. */
  readonly milliseconds?: number;
  readonly signal: AbortSignal;
}

/** Whose certificates to believe, and what to show of one's own. Paths of PEM files. */
export interface Trust {
  readonly authority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly unverified?: boolean | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

async function pem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookupFailure(`the certificate file ${path} cannot be read`, undefined, cause);
  }
}

async function secureOptions(trust: Trust): Promise<Partial<Sending>> {
  const [ca, cert, key] = await Promise.all([trust.authority, trust.certificate, trust.key].map(pem));
  return {
    rejectUnauthorized: trust.unverified !== true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(trust.serverName === undefined ? {} : { servername: trust.serverName }),
  };
}

async function exchange(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, method = 'GET', headers = {}, body, socket, trust = {} } = asked;
  const response = await sendRequest(url, {
    ...{ method, headers, body, signal },
    ...(url.protocol === 'https:' ? await secureOptions(trust) : {}),
    ...(socket === undefined ? {} : { socketPath: socket }),
  });
  const text = (await readAtMost(response, LARGEST_ANSWER)).toString('utf8');
  return { status: response.statusCode ?? 0, location: response.headers.location, body: text };
}

/** One exchange with a server; throws `LookupFailure` when there is none, and the signal's reason when cancelled. */
export async function send(asked: HttpRequest): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(asked.milliseconds ?? 60_000);
  try {
    return await exchange(asked, AbortSignal.any([asked.signal, deadline]));
  } catch (error) {
    asked.signal.throwIfAborted();
    if (error instanceof LookupFailure) throw error;
    const why = deadline.aborted ? 'it does not answer in time' : reasonOf(error);
    throw new LookupFailure(`${asked.socket ?? asked.url.origin} cannot be reached: ${why}`, undefined, error);
  }
}

/** JSON of an answer; throws `LookupFailure` when it is none. */
export function parseAnswer(answer: HttpAnswer, who: string): unknown {
  try {
    return JSON.parse(answer.body);
  } catch (cause) {
    throw new LookupFailure(`${who} answers with status ${String(answer.status)} and no JSON`, undefined, cause);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
