import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type Channel, type ChannelHandlers } from './dial.ts';
import type { Frame } from './frames.ts';
import { incoming } from './incoming.ts';
import { outgoing } from './outgoing.ts';
import { isPassing, RelayError } from './relay-error.ts';

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
  let channel: Channel | undefined;
  let sid = '';
  let paused = false;
  /** Of a writer who is through while there is no channel. */
  let last: (() => void) | undefined;
  let heard = performance.now();
  let confirmed = heard;
  /** Whether this relay answers pings, so that its silence means something. */
  let answers = false;
  const writing = outgoing((bytes) => channel?.send(bytes));
  const reading = incoming((bytes) => {
    channel?.send(bytes);
    return channel !== undefined;
  });

  function confirm(count: number): void {
    confirmed = performance.now();
    if (writing.confirm(count)) return;
    stream.destroy(new RelayError('lost', 'the relay confirms bytes that it was not sent'));
  }
  function receive(data: Buffer): void {
    reading.add(data.length);
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
    writing.sendAgain();
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
        const query = { sid, ack: String(reading.received), zone: target.zone };
        reading.told();
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
    write: (chunk: Buffer, _encoding, done) => writing.write(chunk, done),
    final: (done) => {
      if (channel === undefined) last = done;
      else void end(channel, done);
    },
    destroy: (error, done) => {
      clearInterval(watch);
      reading.close();
      channel?.close();
      done(error);
    },
  });
  const watch = setInterval(() => {
    const now = performance.now();
    // Who reads nothing hears of nothing.
    if (paused) heard = confirmed = now;
    const silent = answers && now - heard > silence;
    const stuck = writing.waits && now - confirmed > silence;
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
