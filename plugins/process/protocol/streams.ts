import { Readable, Writable } from 'node:stream';
import type { JsonObject } from '../../../core/contract/json.ts';
import { ProtocolFault } from './fault.ts';

/** Bytes that a writer may send before the reader has taken any. */
export const WINDOW: number = 4 * 1024 * 1024;
/** Bytes in one piece, at most. */
const PIECE = 256 * 1024;

/** Writes a notification, and raw bytes behind it; resolves when more can be written. */
export type Send = (method: string, params: JsonObject, bytes?: readonly Uint8Array[]) => Promise<void>;

interface Outgoing {
  readonly stream: Writable;
  more(bytes: number): void;
  close(): void;
}

interface Incoming {
  readonly stream: Readable;
  take(chunk: Buffer): void;
}

/** The streams of bytes between Kiln and a plugin, by the numbers that the plugin gave them. */
export interface Streams {
  /** What is written goes to the plugin, no faster than it takes it. Throws `ProtocolFault` when the number is in use. */
  toPlugin(number: number): Writable;
  /** What the plugin sends. Throws as `toPlugin`. */
  fromPlugin(number: number): Readable;
  /** Takes a notification `stream.…`; returns how many raw bytes follow. Throws `ProtocolFault`. */
  notice(method: string, number: number, bytes: number): number;
  /** Takes those bytes. */
  bytes(chunk: Buffer): void;
  /** Ends all streams with the error. */
  fail(error: Error): void;
}

/** Takes the first bytes off a list of chunks, at most so many. */
function takeFrom(chunks: Buffer[], most: number): readonly Buffer[] {
  const taken: Buffer[] = [];
  for (let left = most; left > 0;) {
    const first = chunks.shift();
    if (first === undefined) break;
    const part = first.subarray(0, left);
    if (part.length < first.length) chunks.unshift(first.subarray(part.length));
    taken.push(part);
    left -= part.length;
  }
  return taken;
}

function outgoing(number: number, send: Send, gone: () => void): Outgoing {
  const state = { credit: WINDOW, isClosed: false };
  let wake = (): void => undefined;
  const write = async (chunks: Buffer[]): Promise<void> => {
    while (chunks.length > 0) {
      while (state.credit === 0 && !state.isClosed) await new Promise<void>((resolve) => (wake = resolve));
      if (state.isClosed) return;
      const piece = takeFrom(chunks, Math.min(state.credit, PIECE));
      const bytes = piece.reduce((sum, { length }) => sum + length, 0);
      if (bytes === 0) continue;
      state.credit -= bytes;
      await send('stream.data', { stream: number, bytes }, piece);
    }
  };
  const close = (): void => {
    state.isClosed = true;
    wake();
  };
  const stream = new Writable({
    highWaterMark: WINDOW,
    write: (chunk: Buffer, _encoding, done) => void write([chunk]).then(() => done(), done),
    // What came while a piece was on its way goes together: a message for each chunk of a pipe costs more than its bytes.
    writev: (chunks, done) => void write(chunks.map(({ chunk }) => chunk as Buffer)).then(() => done(), done),
    destroy: (error, done) => {
      close();
      gone();
      void send('stream.end', { stream: number }).then(() => done(error), done);
    },
  });
  stream.on('error', () => undefined);
  const more = (bytes: number): void => {
    state.credit += bytes;
    wake();
  };
  return { stream, more, close };
}

function incoming(number: number, send: Send, gone: () => void): Incoming {
  let left = WINDOW;
  let taken = 0;
  const stream = new Readable({
    highWaterMark: PIECE,
    read: () => {
      if (taken === 0) return;
      left += taken;
      void send('stream.more', { stream: number, bytes: taken });
      taken = 0;
    },
    destroy: (error, done) => {
      gone();
      if (!stream.readableEnded) void send('stream.close', { stream: number });
      done(error);
    },
  });
  stream.on('error', () => undefined);
  return {
    stream,
    take: (chunk) => {
      left -= chunk.length;
      if (left < 0) throw new ProtocolFault(`sent more on stream ${number} than it was allowed to`);
      taken += chunk.length;
      stream.push(chunk);
    },
  };
}

/** The streams of one plugin process, over which notifications go by `send`. */
export function openStreams(send: Send): Streams {
  const out = new Map<number, Outgoing>();
  const into = new Map<number, Incoming>();
  let reading: Incoming | undefined;
  const refuseUsed = (number: number): void => {
    if (out.has(number) || into.has(number)) throw new ProtocolFault(`used stream ${number} for two things at once`);
  };
  return {
    toPlugin: (number) => {
      refuseUsed(number);
      const made = outgoing(number, send, () => out.delete(number));
      out.set(number, made);
      return made.stream;
    },
    fromPlugin: (number) => {
      refuseUsed(number);
      const made = incoming(number, send, () => into.delete(number));
      into.set(number, made);
      return made.stream;
    },
    notice: (method, number, bytes) => {
      if (method === 'stream.more') out.get(number)?.more(bytes);
      if (method === 'stream.close') out.get(number)?.close();
      if (method === 'stream.end') into.get(number)?.stream.push(null);
      if (method !== 'stream.data') return 0;
      reading = into.get(number);
      return bytes;
    },
    // Of a stream that is over, what was on its way is dropped.
    bytes: (chunk) => reading?.take(chunk),
    fail: (error) => {
      for (const { stream } of [...out.values(), ...into.values()]) stream.destroy(error);
    },
  };
}
