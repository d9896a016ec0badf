import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { agentFor, type HttpAgent } from '../../../core/http/agent.ts';
import { readAtMost } from '../../../core/http/read-at-most.ts';
import { sendOver } from '../../../core/http/send-request.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { failureOf, type Asked } from '../errors/read-failure.ts';
import type { TlsSettings } from '../settings.ts';
import { reachFailure } from './read-reach-failure.ts';
import { tlsOptions } from './tls.ts';

/** Milliseconds that a connection is kept for the next request; servers keep them for five seconds and more. */
const KEEP = 4_000;

/** Bytes of an answer that is read whole; long lists come in pages. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** One request, and how long it may take. */
export interface Outgoing extends Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange. */
  readonly limit?: number | undefined;
  /** Milliseconds without a byte either way. */
  readonly idle?: number | undefined;
}

/** An answer that was read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Exchanges over connections that are kept. Both throw `OpenStackError`, and the signal's reason when that aborts. */
export interface Transport {
  /** Reads the answer whole, whatever its status. */
  ask(outgoing: Outgoing): Promise<Answer>;
  /** Leaves the answer's body, whose status is below 300, to be read or destroyed. */
  open(outgoing: Outgoing): Promise<IncomingMessage>;
  /** Closes the connections that nobody uses; the transport stays usable. */
  close(): void;
}

interface Limits {
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal | undefined;
}

function limitsOf({ signal, limit }: Outgoing): Limits {
  const deadline = limit === undefined ? undefined : AbortSignal.timeout(limit);
  const signals = [signal, deadline].filter((each) => each !== undefined);
  return { signal: AbortSignal.any(signals), deadline };
}

/** What the data to send failed with; not what it was given up with, because the exchange failed. */
function readingFailure({ body }: Outgoing, error: unknown): Error | undefined {
  const own = body === undefined || typeof body === 'string' ? null : body.errored;
  if (own === null || own === error) return undefined;
  return 'code' in own && own.code === 'ERR_STREAM_PREMATURE_CLOSE' ? undefined : own;
}

/** What an exchange threw, in this library's words. */
function failure(outgoing: Outgoing, { deadline }: Limits, error: unknown): unknown {
  if (outgoing.signal?.aborted === true) return outgoing.signal.reason;
  if (error instanceof OpenStackError) return error;
  const { limit = 0 } = outgoing;
  const unread = readingFailure(outgoing, error);
  if (unread !== undefined) return unread;
  const late = Object.assign(new Error(`it does not answer in ${limit / 1000} s`), { code: 'ETIMEDOUT' });
  return reachFailure(outgoing, deadline?.aborted === true ? late : error);
}

/** An answer that is there before all was sent is the last word; the rest need not go. */
function stopSending({ body }: Outgoing): void {
  if (body !== undefined && typeof body !== 'string' && !body.readableEnded) body.destroy();
}

/** Makes something of an answer. */
type Reading<T> = (message: IncomingMessage, outgoing: Outgoing, limits: Limits) => Promise<T>;

/** Opens no connection before the first request. */
export function openTransport(tls: TlsSettings): Transport {
  const agents = new Map<string, Promise<HttpAgent>>();

  async function makeAgent(url: URL): Promise<HttpAgent> {
    const secure = url.protocol === 'https:' ? await tlsOptions(tls) : {};
    return agentFor(url, { ...secure, keepAlive: true, timeout: KEEP });
  }

  async function agentOf(url: URL): Promise<HttpAgent> {
    const known = agents.get(url.origin) ?? makeAgent(url);
    agents.set(url.origin, known);
    try {
      return await known;
    } catch (error) {
      agents.delete(url.origin);
      throw error;
    }
  }

  async function exchange<T>(outgoing: Outgoing, read: Reading<T>): Promise<T> {
    outgoing.signal?.throwIfAborted();
    const limits = limitsOf(outgoing);
    const { method, headers, body, idle } = outgoing;
    try {
      const sending = { method, headers, body, signal: limits.signal, ...(idle === undefined ? {} : { idle }) };
      const agent = await agentOf(outgoing.url);
      return await read(await sendOver(agent, outgoing.url, sending), outgoing, limits);
    } catch (error) {
      stopSending(outgoing);
      throw failure(outgoing, limits, error);
    }
  }

  async function readAnswer(message: IncomingMessage, outgoing: Outgoing, limits: Limits): Promise<Answer> {
    const { statusCode: status = 0, headers } = message;
    try {
      return { status, headers, text: (await readAtMost(message, LARGEST_ANSWER)).toString('utf8') };
    } catch (error) {
      // Who refuses an upload under way often closes the connection; its status has said enough.
      if (status < 400 || limits.signal.aborted) throw error;
      return { status, headers, text: '' };
    } finally {
      stopSending(outgoing);
    }
  }

  async function openAnswer(message: IncomingMessage, outgoing: Outgoing, limits: Limits): Promise<IncomingMessage> {
    if ((message.statusCode ?? 0) < 300) return message;
    throw failureOf(outgoing, await readAnswer(message, outgoing, limits));
  }

  return {
    ask: (outgoing) => exchange(outgoing, readAnswer),
    open: (outgoing) => exchange(outgoing, openAnswer),
    close: () => {
      for (const agent of agents.values()) agent.then((opened) => opened.destroy()).catch(() => undefined);
      agents.clear();
    },
  };
}
