import { HEADER_LENGTH, FrameType, readHeader, type FrameHeader } from './frame.ts';

interface FrameConsumer {
  /** A frame has begun; what it says of its stream's beginning counts before its data. */
  begin(header: FrameHeader): void;
  /** A part of the data that the frame announced. */
  data(stream: number, part: Buffer): void;
  /** The frame has come whole. */
  end(header: FrameHeader): void;
}

/**
 * Takes a connection's bytes as they come and tells frames; data is handed on in the pieces that came, without a copy.
 *
 * @returns what takes the next bytes; it throws as `readHeader` does.
 */
export function frameParser(consumer: FrameConsumer): (chunk: Buffer) => void {
  const headerBytes = Buffer.allocUnsafe(HEADER_LENGTH);
  let have = 0;
  let frame: FrameHeader | undefined;
  let left = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (frame === undefined) {
        const copied = chunk.copy(headerBytes, have, at, at + HEADER_LENGTH - have);
        at += copied;
        have += copied;
        if (have < HEADER_LENGTH) return;
        have = 0;
        frame = readHeader(headerBytes);
        left = frame.type === FrameType.data ? frame.length : 0;
        consumer.begin(frame);
      } else {
        const part = chunk.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        consumer.data(frame.stream, part);
      }
      if (left > 0) continue;
      const whole = frame;
      frame = undefined;
      consumer.end(whole);
    }
  };
}
