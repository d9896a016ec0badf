import { createConnection, type Socket } from 'node:net';

/** A disk as its guest sees it, whatever its format. */
export interface BlockDevice {
  /** Bytes. */
  readonly size: number;
  read(offset: number, length: number): Promise<Buffer>;
  /** Makes a part of the disk read as zeros. */
  zero(offset: number, length: number): Promise<void>;
  /** Says goodbye to the server. */
  close(): void;
}

// NBD's protocol (doc/proto.md of the NBD project).
const OPTION_MAGIC = 0x49484156454f5054n;
const REQUEST_MAGIC = 0x25609513;
const REPLY_MAGIC = 0x67446698;
const FIXED_WITHOUT_ZEROES = 3;
const OPTION_GO = 7;
const REPLY_ACK = 1;
const REPLY_INFO = 3;
const READ = 0;
const DISCONNECT = 2;
const WRITE_ZEROES = 6;
/** Most that one request is about, in bytes. */
const MOST_READ = 16_777_216;
const MOST_ZEROED = 1_073_741_824;

type Take = (length: number) => Promise<Buffer>;

/** What comes from a socket, in the portions that are asked for. Rejects when the server goes away. */
function reader(socket: Socket): Take {
  const content = socket[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (length) => {
    const parts = [held];
    for (let have = held.length; have < length;) {
      const { done, value } = (await content.next()) as IteratorResult<Buffer, undefined>;
      if (done === true) throw new Error('the NBD server went away');
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts);
    held = all.subarray(length);
    return all.subarray(0, length);
  };
}

/** Agrees on the only export. Resolves with its size. */
async function handshake(socket: Socket, take: Take): Promise<number> {
  await take(18);
  const hello = Buffer.alloc(4 + 16 + 6);
  hello.writeUInt32BE(FIXED_WITHOUT_ZEROES, 0);
  hello.writeBigUInt64BE(OPTION_MAGIC, 4);
  hello.writeUInt32BE(OPTION_GO, 12);
  // An empty name, and nothing asked for besides.
  hello.writeUInt32BE(6, 16);
  socket.write(hello);
  let size: number | undefined;
  for (;;) {
    const head = await take(20);
    const type = head.readUInt32BE(12);
    const data = await take(head.readUInt32BE(16));
    if (type === REPLY_INFO && data.readUInt16BE(0) === 0) size = Number(data.readBigUInt64BE(2));
    if (type === REPLY_ACK && size !== undefined) return size;
    if (type !== REPLY_INFO) throw new Error(`the NBD server refused the export (${type})`);
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // The reader meets it.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Connects to an NBD server at a socket. Its requests are to be made one after the other. Rejects with the system's error. */
export async function openBlockDevice(path: string): Promise<BlockDevice> {
  const socket = await connected(path);
  const take = reader(socket);
  const size = await handshake(socket, take);
  const request = (type: number, offset: number, length: number): void => {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt32BE(REQUEST_MAGIC, 0);
    bytes.writeUInt16BE(type, 6);
    bytes.writeBigUInt64BE(BigInt(offset), 16);
    bytes.writeUInt32BE(length, 24);
    socket.write(bytes);
  };
  const answer = async (): Promise<void> => {
    const reply = await take(16);
    const error = reply.readUInt32BE(4);
    if (reply.readUInt32BE(0) !== REPLY_MAGIC || error !== 0) throw new Error(`the NBD server failed (${error})`);
  };
  return {
    size,
    read: async (offset, length) => {
      const parts: Buffer[] = [];
      for (let at = 0; at < length; at += MOST_READ) {
        const part = Math.min(MOST_READ, length - at);
        request(READ, offset + at, part);
        await answer();
        parts.push(await take(part));
      }
      return Buffer.concat(parts);
    },
    zero: async (offset, length) => {
      for (let at = 0; at < length; at += MOST_ZEROED) {
        request(WRITE_ZEROES, offset + at, Math.min(MOST_ZEROED, length - at));
        await answer();
      }
    },
    close: () => {
      request(DISCONNECT, 0, 0);
      socket.end();
    },
  };
}
