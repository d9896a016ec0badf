import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of a WebSocket (RFC 6455). */
export interface ServerSocket {
  sendBinary(data: Uint8Array): void;
  /** Ends it in an orderly way. */
  close(): void;
  /** Breaks it. */
  cut(): void;
}

export interface SocketHandler {
  onText(text: string): void;
  onBinary(data: Buffer): void;
  onClose(): void;
}

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];

function frame(opcode: number, data: Uint8Array): Buffer {
  const length = data.length;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([0x80 | opcode, 127]), Buffer.alloc(8)]);
  if (length >= 65_536) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, data]);
}

interface Frame {
  readonly opcode: number;
  readonly last: boolean;
  readonly data: Buffer;
  readonly rest: Buffer;
}

/** The first frame in these bytes; undefined while it is not there as a whole. Throws for what no client may send. */
function parse(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  if ((second & 0x80) === 0) throw new Error('a client has to mask what it sends');
  if ((first & 0x70) !== 0) throw new Error('reserved bits are set');
  const short = second & 0x7f;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < at + 4) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = at + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const data = Buffer.from(bytes.subarray(at + 4, end));
  for (let index = 0; index < data.length; index += 1) data[index] = (data[index] ?? 0) ^ (mask[index & 3] ?? 0);
  return { opcode: first & 15, last: (first & 0x80) !== 0, data, rest: bytes.subarray(end) };
}

/** Answers a request to go over to a WebSocket. */
export function acceptWebSocket(
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  handler: SocketHandler,
): ServerSocket {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64');
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let rest = head;
  let parts: Buffer[] = [];
  let kind = 0;
  const write = (opcode: number, data: Uint8Array): void => {
    if (stream.writable) stream.write(frame(opcode, data));
  };
  function take({ opcode, last, data }: Frame): void {
    if (opcode === PING) write(PONG, data);
    if (opcode === CLOSE) {
      write(CLOSE, data);
      stream.end();
    }
    if (opcode !== CONTINUATION && opcode !== TEXT && opcode !== BINARY) return;
    if (opcode !== CONTINUATION) [kind, parts] = [opcode, []];
    parts.push(data);
    if (!last) return;
    if (kind === TEXT) handler.onText(Buffer.concat(parts).toString());
    else handler.onBinary(Buffer.concat(parts));
  }
  stream.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (let next = parse(rest); next !== undefined; next = parse(rest)) {
      ({ rest } = next);
      take(next);
    }
  });
  stream.on('error', () => stream.destroy());
  stream.on('close', () => handler.onClose());
  return {
    sendBinary: (data) => write(BINARY, data),
    close: () => write(CLOSE, Buffer.from([3, 232])),
    cut: () => stream.destroy(),
  };
}
