import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { failureOf } from '../errors/read-failure.ts';
import { jsonIn } from '../guards.ts';
import type { Token } from '../identity/token.ts';
import { withRetries } from '../transport/retry.ts';
import type { Answer, Outgoing } from '../transport/transport.ts';
import { discoverMicroversions } from '../versions/discover.ts';
import { microversionHeaders, negotiate, type MicroversionNeed } from '../versions/microversion.ts';
import type { MicroversionRange } from '../versions/version-document.ts';
import { locate, type Foundation } from './foundation.ts';
import { addressOf, type Query } from './path.ts';

/** One request to a service. */
export interface ServiceRequest {
  readonly method: string;
  /** Below the service's address, without a slash at its beginning. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly microversion?: MicroversionNeed | undefined;
  readonly payload?: Payload | undefined;
}

/** What is sent: JSON, or bytes that can be made anew when they are sent again. */
export type Payload =
  | { readonly json: unknown; readonly type?: string }
  | { readonly bytes: () => Readable; readonly length: number | undefined; readonly type: string };

/** A whole answer with a status below 300. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The JSON of the answer; undefined when it has none. */
  readonly body: unknown;
}

/**
 * A service of the cloud: finds its address, puts token and microversion on requests, renews the token, tries again what
 * may be tried again. Throws `OpenStackError` for every other answer, and the signal's reason when that aborts.
 */
export interface Service {
  /** Reads the answer whole. Bytes may take however long, as long as some go. */
  send(request: ServiceRequest, call: Call | undefined): Promise<ServiceAnswer>;
  /** Leaves the answer's body to be read or destroyed. */
  download(request: ServiceRequest, call: Call | undefined): Promise<IncomingMessage>;
}

/** Milliseconds. */
const REQUEST_LIMIT = 60_000;
const IDLE_LIMIT = 300_000;

function payloadHeaders(payload: Payload): Readonly<Record<string, string>> {
  const type = { 'content-type': payload.type ?? 'application/json' };
  if ('json' in payload) return type;
  return payload.length === undefined ? type : { ...type, 'content-length': String(payload.length) };
}

function bodyOf(payload: Payload | undefined): string | Readable | undefined {
  if (payload === undefined) return undefined;
  return 'json' in payload ? JSON.stringify(payload.json) : payload.bytes();
}

/** Makes a service; nothing is asked before its first request. */
export function openService(foundation: Foundation): Service {
  const { definition, cloud, own, session, transport } = foundation;
  const { label } = definition;
  const { request: usualLimit = REQUEST_LIMIT, idle = IDLE_LIMIT } = cloud.timeLimits ?? {};
  let microversions: Promise<MicroversionRange | undefined> | undefined;

  function common(token: Token): Readonly<Record<string, string>> {
    const proof = token.id === '' ? {} : { 'x-auth-token': token.id };
    return { accept: 'application/json', ...foundation.headers, ...proof };
  }

  async function discover(token: Token): Promise<MicroversionRange | undefined> {
    return discoverMicroversions(locate(foundation, token), (url) => {
      const asked = { service: label, method: 'GET', url, headers: common(token), limit: usualLimit };
      return withRetries('GET', cloud.retries ?? {}, undefined, () => transport.ask(asked));
    });
  }

  async function rangeOf(token: Token): Promise<MicroversionRange | undefined> {
    microversions ??= discover(token);
    try {
      return await microversions;
    } catch (error) {
      microversions = undefined;
      throw error;
    }
  }

  async function microversionFor(
    need: MicroversionNeed | undefined,
    call: Call,
    token: Token,
  ): Promise<string | undefined> {
    if (call.microversion !== undefined) return call.microversion;
    const { microversion: usual, highestMicroversion: ceiling } = own;
    return need === undefined ? usual : negotiate(need, { label, range: await rangeOf(token), usual, ceiling });
  }

  async function prepare(request: ServiceRequest, call: Call, token: Token): Promise<Outgoing> {
    const { method, path, query, headers, payload } = request;
    const version = await microversionFor(request.microversion, call, token);
    const bytes = payload !== undefined && 'bytes' in payload;
    return {
      ...{ service: label, method, url: addressOf(locate(foundation, token).url, path, query), signal: call.signal },
      headers: {
        ...common(token),
        ...microversionHeaders(label, version),
        ...(payload === undefined ? {} : payloadHeaders(payload)),
        ...headers,
      },
      body: bodyOf(payload),
      limit: bytes ? undefined : (call.timeLimit ?? usualLimit),
      idle: bytes ? idle : undefined,
    };
  }

  /** Does it with a token, and once more with another one when that is refused. */
  async function withToken<T>(call: Call, work: (token: Token) => Promise<T>): Promise<T> {
    const token = await session.token(call.signal);
    try {
      return await work(token);
    } catch (error) {
      if (!(error instanceof OpenStackError) || error.reason !== 'unauthorized' || error.service !== label) throw error;
      return work(await session.token(call.signal, token));
    }
  }

  async function exchange<T>(
    request: ServiceRequest,
    call: Call,
    carryOut: (outgoing: Outgoing) => Promise<T>,
  ): Promise<T> {
    // Keystone is tried again by itself, and not with each try of the service.
    await session.token(call.signal);
    return withRetries(request.method, cloud.retries ?? {}, call.signal, () =>
      withToken(call, async (token) => carryOut(await prepare(request, call, token))),
    );
  }

  async function ask(outgoing: Outgoing): Promise<Answer> {
    const answer = await transport.ask(outgoing);
    if (answer.status >= 300) throw failureOf(outgoing, answer);
    return answer;
  }

  return {
    send: async (request, call = {}) => {
      const { status, headers, text } = await exchange(request, call, ask);
      return { status, headers, body: text === '' ? undefined : jsonIn(text) };
    },
    download: async (request, call = {}) => {
      return exchange(request, call, (outgoing) => transport.open({ ...outgoing, limit: undefined, idle }));
    },
  };
}
