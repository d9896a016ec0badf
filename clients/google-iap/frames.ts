/** What the relay and its client say to each other in the body of a WebSocket's binary message; numbers are big-endian. */
export type Frame =
  /** The way to the port is open; `sid` is by which it can be taken up again. */
  | { readonly type: 'connected'; readonly sid: string }
  /** It is taken up again; the relay has had so many bytes. */
  | { readonly type: 'reconnected'; readonly received: number }
  | { readonly type: 'data'; readonly data: Buffer }
  /** So many bytes have come since the beginning. */
  | { readonly type: 'ack'; readonly received: number }
  /** Why the relay is about to close, in more words than a WebSocket's close frame may have. */
  | { readonly type: 'closing'; readonly code: number; readonly reason: string }
  /** Of a later version; to be passed over. */
  | { readonly type: 'unknown'; readonly tag: number };

const TAG = { connected: 1, reconnected: 2, data: 4, ack: 7, closing: 10 } as const;

/** The most bytes of data that a frame may have. */
export const LARGEST_DATA: number = 16 * 1024;
const HEADER = 6;

function counted(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(2));
}

/** A text or data with its length before it. Throws `RangeError` when it is cut off. */
function sized(bytes: Buffer, at: number): Buffer {
  const end = at + 4 + bytes.readUInt32BE(at);
  if (end > bytes.length) throw new RangeError('a frame of the relay is cut off');
  return bytes.subarray(at + 4, end);
}

/** What follows a frame's own bytes is passed over, as the protocol wants it. Throws `RangeError` for what is cut off. */
export function decodeFrame(bytes: Buffer): Frame {
  const tag = bytes.readUInt16BE(0);
  switch (tag) {
    case TAG.connected:
      return { type: 'connected', sid: sized(bytes, 2).toString('utf8') };
    case TAG.reconnected:
      return { type: 'reconnected', received: counted(bytes) };
    case TAG.data:
      return { type: 'data', data: sized(bytes, 2) };
    case TAG.ack:
      return { type: 'ack', received: counted(bytes) };
    case TAG.closing:
      return { type: 'closing', code: bytes.readUInt32BE(2), reason: sized(bytes, HEADER).toString('utf8') };
    default:
      return { type: 'unknown', tag };
  }
}

/** `data` may have `LARGEST_DATA` bytes. */
export function dataFrame(data: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + data.length);
  bytes.writeUInt16BE(TAG.data, 0);
  bytes.writeUInt32BE(data.length, 2);
  bytes.set(data, HEADER);
  return bytes;
}

export function ackFrame(received: number): Buffer {
  const bytes = Buffer.allocUnsafe(10);
  bytes.writeUInt16BE(TAG.ack, 0);
  bytes.writeBigUInt64BE(BigInt(received), 2);
  return bytes;
}
