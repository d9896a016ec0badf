import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type Channel, type ChannelHandlers } from './dial.ts';
import { ackFrame, dataFrame, LARGEST_DATA, type Frame } from './frames.ts';
import { isPassing, RelayError } from './relay-error.ts';
import { unconfirmed } from './unconfirmed.ts';

/** A port of an instance. */
export interface RelayTarget {
  readonly project: string;
  readonly zone: string;
  readonly instance: string;
  /** "nic0". */
  readonly networkInterface: string;
  readonly port: number;
}

export interface RelayOptions {
  readonly target: RelayTarget;
  /** "wss://tunnel.cloudproxy.app/v4/". */
  readonly root: string;
  /** The headers that let in, asked for before each call of the relay; `again` when those before were not believed. */
  readonly headers: (again: boolean) => Promise<Readonly<Record<string, string>>>;
  /** Ends the waiting for the relay; not the connection, once it is there. */
  readonly signal?: AbortSignal;
  /** Hears that the connection was cut, and that it goes on. */
  readonly onCut?: (reason: string) => void;
  /** Milliseconds without a sign of the relay after which the connection counts as cut; default 30 s. */
  readonly silence?: number;
}

/** Bytes that are on their way to the relay, and not confirmed, before the writer has to wait. */
const WINDOW = 4 * 1024 * 1024;
/** Bytes after which the relay is told what has come; Google's own client waits for two frames, too. */
const ACK_AFTER = 2 * LARGEST_DATA;
/** Milliseconds after which it is told of less. */
const ACK_WITHIN = 2000;
const SILENCE = 30_000;
/** Pauses before each attempt to take a cut connection up again. Milliseconds. */
const PAUSES = [0, 200, 500, 1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000, 5000];

function urlOf(root: string, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(path, root);
  url.search = new URLSearchParams({ ...query, newWebsocket: 'True' }).toString();
  return url;
}

function connectUrl({ root, target }: RelayOptions): URL {
  const { project, zone, instance, networkInterface, port } = target;
  return urlOf(root, 'connect', { project, zone, instance, interface: networkInterface, port: String(port) });
}

/**
 * Opens a way through IAP to a port of an instance: what is written comes out there. A connection to the relay that breaks is
 * made anew, and no byte is lost or doubled. Ending it ends the connection to the port, too, as the relay knows no half of
 * one. Throws `RelayError`, and what `headers` throws; the stream's errors are of the same kinds.
 */
export async function openRelay(options: RelayOptions): Promise<Duplex> {
  const { root, target, headers, onCut, silence = SILENCE } = options;
  const sent = unconfirmed();
  let channel: Channel | undefined;
  let sid = '';
  let received = 0;
  let acknowledged = 0;
  let paused = false;
  /** Of a writer who has to wait, and of one who is through, while there is no channel. */
  let room: (() => void) | undefined;
  let last: (() => void) | undefined;
  let ackTimer: NodeJS.Timeout | undefined;
  let heard = performance.now();
  let confirmed = heard;
  /** Whether this relay answers pings, so that its silence means something. */
  let answers = false;

  function acknowledge(): void {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    if (received === acknowledged || channel === undefined) return;
    acknowledged = received;
    channel.send(ackFrame(received));
  }
  function confirm(count: number): void {
    confirmed = performance.now();
    if (!sent.confirm(count)) {
      stream.destroy(new RelayError('lost', 'the relay confirms bytes that it was not sent'));
      return;
    }
    if (sent.bytes > WINDOW / 2) return;
    room?.();
    room = undefined;
  }
  function receive(data: Buffer): void {
    received += data.length;
    if (received - acknowledged > ACK_AFTER) acknowledge();
    else ackTimer ??= setTimeout(acknowledge, ACK_WITHIN);
    if (stream.push(data)) return;
    paused = true;
    channel?.pause();
  }
  function take(frame: Frame): void {
    heard = performance.now();
    if (frame.type === 'data') receive(frame.data);
    else if (frame.type === 'ack' || frame.type === 'reconnected') confirm(frame.received);
    else if (frame.type === 'connected') ({ sid } = frame);
  }
  function closed(error: RelayError): void {
    channel = undefined;
    if (stream.destroyed) return;
    if (error.code === 1000) stream.push(null);
    else if (isPassing(error)) void goOn(error);
    else stream.destroy(error);
  }
  const handlers: ChannelHandlers = {
    onFrame: take,
    onPong: () => {
      answers = true;
      heard = performance.now();
    },
    onClose: closed,
  };
  async function use(url: URL, signal?: AbortSignal): Promise<void> {
    const call = async (again: boolean): Promise<Channel> => dial(url, await headers(again), handlers, signal);
    const fresh = await call(false).catch((error: unknown) => {
      if (error instanceof RelayError && error.problem === 'unauthorized') return call(true);
      throw error;
    });
    if (stream.destroyed) {
      fresh.close();
      return;
    }
    channel = fresh;
    heard = confirmed = performance.now();
    for (const piece of sent.pieces) fresh.send(dataFrame(piece));
    if (paused) fresh.pause();
    if (last !== undefined) void end(fresh, last);
  }
  async function goOn(cause: RelayError): Promise<void> {
    onCut?.(cause.message);
    let failure: unknown = cause;
    for (const pause of PAUSES) {
      await delay(pause);
      if (stream.destroyed) return;
      try {
        const query = { sid, ack: String(received), zone: target.zone };
        acknowledged = received;
        await use(urlOf(root, 'reconnect', query));
        return;
      } catch (error) {
        failure = error;
        if (!(error instanceof RelayError) || !isPassing(error)) break;
      }
    }
    stream.destroy(failure instanceof Error ? failure : cause);
  }
  const stream = new Duplex({
    read: () => {
      paused = false;
      channel?.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      for (let at = 0; at < chunk.length; at += LARGEST_DATA) {
        const piece = chunk.subarray(at, at + LARGEST_DATA);
        sent.add(piece);
        channel?.send(dataFrame(piece));
      }
      if (sent.bytes <= WINDOW) done();
      else room = done;
    },
    final: (done) => {
      if (channel === undefined) last = done;
      else void end(channel, done);
    },
    destroy: (error, done) => {
      clearInterval(watch);
      clearTimeout(ackTimer);
      channel?.close();
      done(error);
    },
  });
  const watch = setInterval(() => {
    const now = performance.now();
    // Who reads nothing hears of nothing.
    if (paused) heard = confirmed = now;
    const silent = answers && now - heard > silence;
    const stuck = room !== undefined && now - confirmed > silence;
    if (silent || stuck) channel?.cut();
    else channel?.ping();
  }, silence / 3);
  watch.unref();
  try {
    await use(connectUrl(options), options.signal);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return stream;
}

async function end(channel: Channel, done: () => void): Promise<void> {
  await channel.flush();
  channel.close();
  done();
}
