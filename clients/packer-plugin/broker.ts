import type { Duplex } from 'node:stream';
import { broken } from './plugin-error.ts';
import { openYamux } from './yamux/session.ts';

/** Streams by numbers that both sides can tell each other. */
export interface StreamBroker {
  /** A number of ours that was not used before. */
  nextId(): number;
  /** Opens the stream that the other side has given this number, and waits until it has it. */
  dial(id: number): Promise<Duplex>;
  /** Waits until the other side opens the stream that it was told this number of. */
  accept(id: number): Promise<Duplex>;
  readonly ended: Promise<Error | undefined>;
  close(): void;
}

/** Go's side gives up a stream that it waits for after 5 s; this side gives a slow machine longer. */
const ACCEPT_TIMEOUT = 60_000;

/** The first four bytes of a stream, which may come in several pieces. */
async function readNumber(stream: Duplex): Promise<number> {
  for (;;) {
    const bytes: unknown = stream.read(4);
    if (bytes instanceof Buffer && bytes.length === 4) return bytes.readUInt32LE();
    if (bytes !== null || stream.readableEnded) throw broken('it ends a stream before it says which one it is');
    await readable(stream);
  }
}

function readable(stream: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      stream.off('readable', onReadable);
      stream.off('close', onClose);
      stream.off('error', done);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReadable = (): void => {
      done();
    };
    const onClose = (): void => {
      done(broken('it ends a stream before it says which one it is'));
    };
    stream.on('readable', onReadable);
    stream.on('close', onClose);
    stream.on('error', done);
  });
}

function numberBytes(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(id);
  return bytes;
}

/** Speaks yamux over a connection that this side (`"client"`) or the other one has opened, with the broker's numbers on top. */
export function openBroker(connection: Duplex, side: 'client' | 'server'): StreamBroker {
  const arrived = new Map<number, PromiseWithResolvers<Duplex>>();
  let lastId = 0;

  function arrival(id: number): PromiseWithResolvers<Duplex> {
    const known = arrived.get(id) ?? Promise.withResolvers<Duplex>();
    arrived.set(id, known);
    return known;
  }

  const session = openYamux(connection, side, (stream) => {
    readNumber(stream).then(
      (id) => {
        stream.write(numberBytes(id));
        arrival(id).resolve(stream);
      },
      () => stream.destroy(),
    );
  });

  return {
    nextId: () => (lastId += 1),
    dial: async (id) => {
      const stream = session.open();
      stream.write(numberBytes(id));
      const acknowledged = await readNumber(stream);
      if (acknowledged !== id) throw broken(`it answers for stream ${String(acknowledged)} in place of ${String(id)}`);
      return stream;
    },
    accept: async (id) => {
      const { promise, reject } = arrival(id);
      const timer = setTimeout(() => {
        reject(broken(`it did not open stream ${String(id)}, which it was given, within a minute`));
      }, ACCEPT_TIMEOUT);
      void session.ended.then((error) => {
        reject(error ?? broken('the connection was closed'));
      });
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        arrived.delete(id);
      }
    },
    ended: session.ended,
    close: () => {
      session.close();
    },
  };
}
