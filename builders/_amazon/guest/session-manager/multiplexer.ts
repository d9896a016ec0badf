/** One of several connections that share a stream; in the way of smux, version 1. */
export interface SharedConnection {
  /** False: wait for room before the next. */
  write(data: Uint8Array): boolean;
  /** Ends it for both sides. */
  end(): void;
}

export interface ConnectionHandler {
  onData(data: Uint8Array): void;
  onEnd(): void;
}

export interface Multiplexer {
  readonly open: (handler: ConnectionHandler) => SharedConnection;
  /** Takes bytes of the shared stream, cut anywhere. Throws `Error` when they make no sense. */
  readonly take: (bytes: Uint8Array) => void;
  /** Says nothing, so that the other end knows somebody is there. */
  readonly keepAlive: () => void;
}

const VERSION = 1;
/** Commands. */
const [OPEN, END, DATA, NOTHING] = [0, 1, 2, 3];
/** Version, command, length (2) and connection (4), the numbers little-endian. */
const HEADER = 8;
const MOST_DATA = 32_768;

function frame(command: number, connection: number, data: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(HEADER + data.length);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(command, 1);
  bytes.writeUInt16LE(data.length, 2);
  bytes.writeUInt32LE(connection, 4);
  bytes.set(data, HEADER);
  return bytes;
}

/** @param write takes bytes for the shared stream; false when it has no room for more */
export function multiplexer(write: (bytes: Uint8Array) => boolean): Multiplexer {
  const handlers = new Map<number, ConnectionHandler>();
  let next = 1;
  let rest = Buffer.alloc(0);

  function handle(command: number, connection: number, data: Buffer): void {
    const handler = handlers.get(connection);
    if (command === DATA) handler?.onData(data);
    if (command === END && handlers.delete(connection)) handler?.onEnd();
  }
  return {
    open: (handler) => {
      // A client's are odd, and 1 is never used.
      next += 2;
      const connection = next;
      handlers.set(connection, handler);
      write(frame(OPEN, connection));
      return {
        write: (data) => {
          let room = true;
          for (let at = 0; at < data.length; at += MOST_DATA) {
            room = write(frame(DATA, connection, data.subarray(at, at + MOST_DATA)));
          }
          return room;
        },
        end: () => {
          if (handlers.delete(connection)) write(frame(END, connection));
        },
      };
    },
    take: (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= HEADER) {
        const [version, command] = [rest.readUInt8(0), rest.readUInt8(1)];
        const length = rest.readUInt16LE(2);
        if (version !== VERSION || command > NOTHING) {
          throw new Error(`the agent speaks version ${version} of the way to share a session, with command ${command}`);
        }
        if (rest.length < HEADER + length) return;
        const data = rest.subarray(HEADER, HEADER + length);
        const connection = rest.readUInt32LE(4);
        rest = rest.subarray(HEADER + length);
        handle(command, connection, data);
      }
    },
    keepAlive: () => void write(frame(NOTHING, 0)),
  };
}
