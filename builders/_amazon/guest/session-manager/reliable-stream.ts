import { acknowledged, acknowledgement, encodeMessage, PAYLOAD, type AgentMessage } from './agent-message.ts';

/** A stream over messages that may be lost, come twice or in another order. */
export interface ReliableStream {
  /** Sends a payload of any size. False: wait for `onRoom` before the next one. */
  readonly write: (payloadType: number, payload: Uint8Array) => boolean;
  /** Takes a message of type output_stream_data or acknowledge. */
  readonly take: (message: AgentMessage) => void;
  /** The messages that are on their way are sent again: the channel was lost and is back. */
  readonly sendAgain: () => void;
  /** Nothing is sent any more. */
  readonly close: () => void;
}

export interface StreamOptions {
  /** May drop it. */
  readonly send: (bytes: Uint8Array) => void;
  /** In order, each once. */
  readonly onPayload: (message: AgentMessage) => void;
  readonly onRoom: () => void;
  /** The other end has not acknowledged anything for so long. */
  readonly onStalled: () => void;
  /** Milliseconds; half a minute when left out. */
  readonly stallLimit?: number;
}

/** As much of what is carried as Amazon's own clients put into a message. */
const PIECE = 1024;
/** Messages on their way at once. */
const WINDOW = 512;
/** Messages that are kept because an earlier one is missing. */
const AHEAD = 10_000;
const LOOK_EVERY = 100;
const FIRST_PATIENCE = 200;
const MOST_PATIENCE = 1000;
const STALL_LIMIT = 30_000;

interface Sent {
  readonly bytes: Uint8Array;
  readonly first: number;
  last: number;
  again: boolean;
}

/** How long to wait for an acknowledgement, learnt from those that came (RFC 6298). Milliseconds. */
function patience(): { learn(roundTrip: number): void; now(): number } {
  let [mean, spread, limit] = [100, 0, FIRST_PATIENCE];
  return {
    learn: (roundTrip) => {
      spread = 0.75 * spread + 0.25 * Math.abs(mean - roundTrip);
      mean = 0.875 * mean + 0.125 * roundTrip;
      limit = Math.min(MOST_PATIENCE, mean + Math.max(10, 4 * spread));
    },
    now: () => limit,
  };
}

/** The half that sends: numbers messages, and sends them again until they are acknowledged. */
function outgoing(options: StreamOptions): Pick<ReliableStream, 'write' | 'sendAgain' | 'close'> & {
  readonly acknowledge: (sequence: number) => void;
} {
  const { send, onRoom, onStalled, stallLimit = STALL_LIMIT } = options;
  const underWay = new Map<number, Sent>();
  const waiting: { payloadType: number; payload: Uint8Array }[] = [];
  const limit = patience();
  let next = 0;
  let heard = performance.now();
  let full = false;

  function transmit(each: Sent, now: number): void {
    each.again = each.last !== 0;
    each.last = now;
    send(each.bytes);
  }
  function fill(): void {
    while (underWay.size < WINDOW) {
      const piece = waiting.shift();
      if (piece === undefined) return;
      const bytes = encodeMessage({ type: 'input_stream_data', sequence: next, ...piece });
      const now = performance.now();
      if (underWay.size === 0) heard = now;
      const sent = { bytes, first: now, last: 0, again: false };
      underWay.set(next, sent);
      next += 1;
      transmit(sent, now);
    }
  }
  const timer = setInterval(() => {
    const now = performance.now();
    if (underWay.size > 0 && now - heard > stallLimit) {
      clearInterval(timer);
      onStalled();
      return;
    }
    for (const each of underWay.values()) if (now - each.last > limit.now()) transmit(each, now);
  }, LOOK_EVERY);
  return {
    write: (payloadType, payload) => {
      // All else is one thing each, and would make no sense in pieces.
      const most = payloadType === PAYLOAD.output ? PIECE : Math.max(PIECE, payload.length);
      for (let at = 0; at === 0 || at < payload.length; at += most) {
        waiting.push({ payloadType, payload: payload.subarray(at, at + most) });
      }
      fill();
      full = waiting.length > 0;
      return !full;
    },
    acknowledge: (sequence) => {
      const sent = underWay.get(sequence);
      heard = performance.now();
      if (sent === undefined) return;
      underWay.delete(sequence);
      // Of one that was sent twice nobody knows which of them it is about.
      if (!sent.again) limit.learn(heard - sent.last);
      fill();
      if (!full || waiting.length > 0) return;
      full = false;
      onRoom();
    },
    sendAgain: () => {
      const now = performance.now();
      heard = now;
      for (const each of underWay.values()) transmit(each, now);
    },
    close: () => clearInterval(timer),
  };
}

/** The half that receives: puts messages in order, and acknowledges each, also those it has had. */
function incoming({ send, onPayload }: StreamOptions): (message: AgentMessage) => void {
  const ahead = new Map<number, AgentMessage>();
  let expected = 0;
  return (message) => {
    const { sequence } = message;
    if (sequence > expected && ahead.size >= AHEAD) return;
    send(acknowledgement(message));
    if (sequence < expected) return;
    ahead.set(sequence, message);
    for (let ready = ahead.get(expected); ready !== undefined; ready = ahead.get(expected)) {
      ahead.delete(expected);
      expected += 1;
      onPayload(ready);
    }
  };
}

export function reliableStream(options: StreamOptions): ReliableStream {
  const { acknowledge, ...out } = outgoing(options);
  const receive = incoming(options);
  return {
    ...out,
    take: (message) => {
      if (message.type === 'output_stream_data') receive(message);
      const sequence = message.type === 'acknowledge' ? acknowledged(message) : undefined;
      if (sequence !== undefined) acknowledge(sequence);
    },
  };
}
