import type { Writable } from 'node:stream';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { isObject } from '../../../core/json/guards.ts';
import { checkError, paramsCheck, resultCheck } from './check-message.ts';
import { ProtocolFault } from './fault.ts';
import { frames } from './framing.ts';
import type { Error as WireError } from './messages.gen.ts';
import { parseMessage } from './parse-message.ts';
import { openStreams, type Send, type Streams } from './streams.ts';
import { errorNumbers } from './wire-error.ts';

/** Requests of the plugin that may be open at once. */
const MOST_REQUESTS = 1000;

/** How Kiln's side of the conversation meets what comes. */
export interface PeerOptions {
  /** Gets what is written to the plugin. */
  readonly input: Writable;
  /** Answers a request of the plugin; what it throws is told by `tell`. */
  readonly answer: (method: string, params: JsonObject, signal: AbortSignal) => Promise<object>;
  readonly notice: (method: string, params: JsonObject) => void;
  readonly tell: (error: unknown, params: JsonObject) => WireError;
  /** Something that is against the protocol and can be passed over; completes "the plugin …". */
  readonly odd: (what: string) => void;
}

/** How the plugin answered. */
export type Answer = { readonly result: JsonObject } | { readonly error: WireError };

/** Kiln's side of a conversation with one plugin process. */
export interface Peer {
  readonly streams: Streams;
  /** Takes what the plugin wrote. Throws `ProtocolFault` when nothing that follows could be understood. */
  read(chunk: Buffer): void;
  /** Asks; rejects with `ProtocolFault` when the result is not of the form that the protocol gives it. */
  ask(method: string, params: JsonObject, onId?: (id: number) => void): Promise<Answer>;
  notify: Send;
  /** Rejects all that waits for an answer, and ends the streams. */
  fail(error: Error): void;
}

interface Waiting {
  readonly method: string;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export function openPeer({ input, answer, notice, tell, odd }: PeerOptions): Peer {
  const waiting = new Map<number, Waiting>();
  const serving = new Map<number, AbortController>();
  let asked = 0;

  let draining: Promise<void> | undefined;
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        input.off('drain', go).off('close', go);
        draining = undefined;
        resolve();
      };
      input.on('drain', go).on('close', go);
    });

  const write = (message: object, bytes: readonly Uint8Array[] = []): Promise<void> => {
    if (input.destroyed) return Promise.resolve();
    input.cork();
    let isRoom = input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    for (const each of bytes) isRoom = input.write(each);
    process.nextTick(() => input.uncork());
    return isRoom ? Promise.resolve() : (draining ??= drained());
  };
  const notify: Send = (method, params, bytes) => write({ method, params }, bytes);
  const streams = openStreams(notify);

  const serve = async (id: number, method: string, params: JsonObject): Promise<void> => {
    const cancelling = new AbortController();
    serving.set(id, cancelling);
    const reply = await answer(method, params, cancelling.signal).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: tell(error, params) }),
    );
    serving.delete(id);
    await write({ id, ...reply });
  };

  const refuse = (id: number, code: number, message: string): void => {
    odd(`sent a request that cannot be answered: ${message}`);
    void write({ id, error: { code, message } });
  };

  const request = (id: number, method: string, params: JsonObject): void => {
    const check = paramsCheck(method);
    if (check === undefined || resultCheck(method) === undefined) {
      refuse(id, errorNumbers.methodNotFound, `there is no method "${method}"`);
      return;
    }
    const wrong = check(params);
    if (wrong !== undefined) refuse(id, errorNumbers.invalidParams, `${method}: params ${wrong}`);
    else if (serving.has(id)) refuse(id, errorNumbers.invalidRequest, `the id ${id} is in use`);
    else if (serving.size >= MOST_REQUESTS) refuse(id, errorNumbers.invalidRequest, 'too many requests are open');
    else void serve(id, method, params);
  };

  const notification = (method: string, params: JsonObject): number => {
    const check = paramsCheck(method);
    if (check === undefined) throw new ProtocolFault(`sent the notification "${method}", which there is not`);
    const wrong = check(params);
    if (wrong !== undefined) throw new ProtocolFault(`sent a wrong ${method}: params ${wrong}`);
    if (resultCheck(method) !== undefined) {
      odd(`sent ${method} without an id, so that it gets no answer`);
      return 0;
    }
    if (method.startsWith('stream.')) return streams.notice(method, Number(params['stream']), Number(params['bytes']));
    if (method === 'cancel') serving.get(Number(params['id']))?.abort();
    else notice(method, params);
    return 0;
  };

  const answered = (id: JsonValue | undefined, message: JsonObject): void => {
    const one = typeof id === 'number' ? waiting.get(id) : undefined;
    if (typeof id !== 'number' || one === undefined) {
      odd(
        `gave an answer that nobody waits for (id ${JSON.stringify(id)}): it came twice, too late or under a wrong id`,
      );
      return;
    }
    waiting.delete(id);
    const { result, error } = message;
    const wrong = error === undefined ? resultCheck(one.method)?.(result) : checkError(error);
    if (wrong !== undefined) {
      const what = error === undefined ? 'result' : 'error';
      one.reject(new ProtocolFault(`answered "${one.method}" with a ${what} of another form: ${what} ${wrong}`));
    } else
      one.resolve(error === undefined ? { result: result as JsonObject } : { error: error as unknown as WireError });
  };

  const message = (line: string): number => {
    const parsed = parseMessage(line);
    const { id, method, params = {} } = parsed;
    if (method === undefined) {
      answered(id, parsed);
      return 0;
    }
    if (typeof method !== 'string' || !isObject(params)) throw new ProtocolFault('sent a message that is no call');
    if (id === undefined) return notification(method, params);
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new ProtocolFault('sent an id that is no number');
    request(id, method, params);
    return 0;
  };

  return {
    streams,
    read: frames({ message, bytes: (chunk) => streams.bytes(chunk) }),
    ask: (method, params, onId) =>
      new Promise((resolve, reject) => {
        const id = (asked += 1);
        waiting.set(id, { method, resolve, reject });
        onId?.(id);
        void write({ id, method, params });
      }),
    notify,
    fail: (error) => {
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      for (const each of serving.values()) each.abort(error);
      streams.fail(error);
    },
  };
}
