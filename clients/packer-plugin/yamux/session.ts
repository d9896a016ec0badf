import type { Duplex } from 'node:stream';
import { broken } from '../plugin-error.ts';
import { Flag, frameHeader, FrameType, type FrameHeader } from './frame.ts';
import { frameParser } from './frame-parser.ts';
import { YamuxStream, type StreamLink } from './yamux-stream.ts';

/** Many streams over one connection. */
export interface YamuxSession {
  /** @throws PluginError "broken" when the session has ended. */
  open(): Duplex;
  /** Resolves when the session has ended, with what ended it; nothing when it was closed from here. */
  readonly ended: Promise<Error | undefined>;
  /** Ends all streams and the connection. */
  close(): void;
}

/** Streams of one session that the other side may have open; Packer's plugins need about five a command. */
const STREAM_LIMIT = 4096;

/**
 * Speaks yamux over a connection. Who opened the connection is its client, and numbers its streams 1, 3, 5, …
 *
 * @param onStream is given each stream that the other side opens.
 */
export function openYamux(
  connection: Duplex,
  side: 'client' | 'server',
  onStream: (stream: Duplex) => void,
): YamuxSession {
  const streams = new Map<number, YamuxStream>();
  const { promise: ended, resolve: end } = Promise.withResolvers<Error | undefined>();
  let isOver = false;
  let nextStream = side === 'client' ? 1 : 2;

  const link: StreamLink = {
    send: (header, data, sent) => {
      if (isOver) {
        sent?.();
        return;
      }
      connection.cork();
      connection.write(frameHeader(header), data === undefined ? sent : undefined);
      if (data !== undefined) connection.write(data, sent);
      process.nextTick(() => {
        connection.uncork();
      });
    },
    closed: (stream) => streams.delete(stream),
  };

  function finish(error: Error | undefined): void {
    if (isOver) return;
    isOver = true;
    for (const stream of streams.values()) stream.destroy(error ?? broken('the connection was closed'));
    streams.clear();
    connection.destroy();
    end(error);
  }

  function accept(id: number): void {
    const isTheirs = id % 2 === (side === 'client' ? 0 : 1);
    if (!isTheirs || id === 0 || streams.has(id))
      throw broken(`it opens stream ${String(id)}, which is not its to open`);
    if (streams.size >= STREAM_LIMIT) throw broken('it opens more streams than anybody needs');
    const stream = new YamuxStream(id, link);
    // A stream that breaks is told to who uses it; who does not care must not bring Kiln down.
    stream.on('error', () => undefined);
    streams.set(id, stream);
    link.send({ type: FrameType.window, flags: Flag.ack, stream: id, length: 0 });
    onStream(stream);
  }

  function endOfFrame({ type, flags, stream: id, length }: FrameHeader): void {
    if (type === FrameType.ping) {
      if ((flags & Flag.syn) !== 0) link.send({ type, flags: Flag.ack, stream: 0, length });
      return;
    }
    if (type === FrameType.goAway) return;
    const stream = streams.get(id);
    if (type === FrameType.window && length > 0) stream?.widen(length);
    if ((flags & Flag.fin) !== 0) stream?.receiveEnd();
    if ((flags & Flag.rst) !== 0) stream?.destroy(broken('the other side gave up the stream'));
  }

  const parse = frameParser({
    begin: ({ type, flags, stream }) => {
      const isOfStream = type === FrameType.data || type === FrameType.window;
      if (isOfStream && (flags & Flag.syn) !== 0) accept(stream);
    },
    data: (stream, part) => streams.get(stream)?.receive(part),
    end: endOfFrame,
  });
  connection.on('data', (chunk: Buffer) => {
    try {
      parse(chunk);
    } catch (error) {
      finish(error instanceof Error ? error : broken(String(error)));
    }
  });
  connection.on('error', (error) => {
    finish(broken(`its connection broke: ${error.message}`, error));
  });
  for (const event of ['end', 'close']) {
    connection.on(event, () => {
      finish(broken('it closed its connection'));
    });
  }

  return {
    open: () => {
      if (isOver) throw broken('its connection has ended');
      const id = nextStream;
      nextStream += 2;
      const stream = new YamuxStream(id, link);
      stream.on('error', () => undefined);
      streams.set(id, stream);
      link.send({ type: FrameType.window, flags: Flag.syn, stream: id, length: 0 });
      return stream;
    },
    ended,
    close: () => {
      finish(undefined);
    },
  };
}
