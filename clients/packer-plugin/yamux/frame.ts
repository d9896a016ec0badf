import { broken } from '../plugin-error.ts';

/** Yamux: 12 bytes before each frame, big-endian: version, type, flags, stream, length. */
export const HEADER_LENGTH = 12;

export const FrameType = { data: 0, window: 1, ping: 2, goAway: 3 } as const;

export const Flag = { syn: 1, ack: 2, fin: 4, rst: 8 } as const;

/** Bytes that each side may send on a new stream before the other says that it may go on. */
export const INITIAL_WINDOW: number = 256 * 1024;

export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** Of data: its bytes, which follow. Of a window: how many more may be sent. Of a ping: its value. */
  readonly length: number;
}

export function frameHeader({ type, flags, stream, length }: FrameHeader): Buffer {
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header.writeUInt8(0, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(flags, 2);
  header.writeUInt32BE(stream, 4);
  header.writeUInt32BE(length, 8);
  return header;
}

/** @throws PluginError "broken" for a version or a type that yamux does not have. */
export function readHeader(header: Buffer): FrameHeader {
  const version = header.readUInt8(0);
  const type = header.readUInt8(1);
  if (version !== 0 || type > FrameType.goAway) {
    throw broken(`what it sends is not yamux (version ${version}, frame type ${type})`);
  }
  return { type, flags: header.readUInt16BE(2), stream: header.readUInt32BE(4), length: header.readUInt32BE(8) };
}
