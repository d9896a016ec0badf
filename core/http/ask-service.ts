import { readFile } from 'node:fs/promises';
import { StepError } from '../errors/errors.ts';
import { readAtMost } from './read-at-most.ts';
import { reasonOf, sendRequest, type Sending } from './send-request.ts';

/** Bytes; secrets, keys and credentials are far below. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** A question to a service that speaks HTTP. */
export interface ServiceRequest {
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

/** Whose certificates count, and which one to show. Paths of PEM files. */
export interface Trust {
  readonly authority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly unverified?: boolean | undefined;
}

/** A service's whole answer. */
export interface ServiceAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

async function pem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new StepError(`the certificate file ${path} cannot be read`, { code: 'SERVER_CERTIFICATE', cause });
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

async function exchange(asked: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
  const { url, method = 'GET', headers = {}, body, socket, trust = {} } = asked;
  const response = await sendRequest(url, {
    ...{ method, headers, body, signal },
    ...(url.protocol === 'https:' ? await secureOptions(trust) : {}),
    ...(socket === undefined ? {} : { socketPath: socket }),
  });
  const text = (await readAtMost(response, LARGEST_ANSWER)).toString('utf8');
  return { status: response.statusCode ?? 0, location: response.headers.location, body: text };
}

/**
 * One exchange with a server that answers with little, whatever its status; no redirect is followed. Throws `StepError`
 * SERVER_UNREACHABLE or SERVER_CERTIFICATE, and the signal's reason when that aborts.
 */
export async function askService(asked: ServiceRequest): Promise<ServiceAnswer> {
  const deadline = AbortSignal.timeout(asked.milliseconds ?? 60_000);
  try {
    return await exchange(asked, AbortSignal.any([asked.signal, deadline]));
  } catch (error) {
    asked.signal.throwIfAborted();
    if (error instanceof StepError) throw error;
    const why = deadline.aborted ? 'it does not answer in time' : reasonOf(error);
    const message = `${asked.socket ?? asked.url.origin} cannot be reached: ${why}`;
    throw new StepError(message, { code: 'SERVER_UNREACHABLE', cause: error });
  }
}

/** The JSON of an answer. Throws `StepError` SERVER_ANSWER when it is none; `who` is the server: "Consul". */
export function parseAnswer(answer: ServiceAnswer, who: string): unknown {
  try {
    return JSON.parse(answer.body);
  } catch (cause) {
    const message = `${who} answers with status ${String(answer.status)} and no JSON`;
    throw new StepError(message, { code: 'SERVER_ANSWER', cause });
  }
}
