import { ProtocolFault } from './fault.ts';

/** Bytes of a line, its end not counted. */
export const LONGEST_MESSAGE: number = 16 * 1024 * 1024;
const LINE_END = 0x0a;

/** Takes the parts of what a plugin writes. */
export interface FrameReader {
  /** A line without its end; returns how many raw bytes come behind it. */
  message(line: string): number;
  /** Some of those bytes, as they come. */
  bytes(chunk: Buffer): void;
}

/** The beginning of what was read, for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

/**
 * Cuts what comes into lines and the raw bytes behind some of them. The function that is returned takes the next piece, and
 * throws `ProtocolFault` for a line that is too long, or what `reader` throws.
 */
export function frames(reader: FrameReader): (chunk: Buffer) => void {
  let line: Buffer[] = [];
  let length = 0;
  let raw = 0;
  const add = (part: Buffer): void => {
    line.push(part);
    length += part.length;
    if (length <= LONGEST_MESSAGE) return;
    const start = Buffer.concat(line.slice(0, 1)).toString('utf8', 0, 200);
    throw new ProtocolFault(`wrote a line of more than ${LONGEST_MESSAGE / 1024 / 1024} MiB: ${excerpt(start)}`);
  };
  const take = (): string => {
    const [only] = line;
    const text = (line.length === 1 && only !== undefined ? only : Buffer.concat(line)).toString('utf8');
    line = [];
    length = 0;
    return text;
  };
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (raw > 0) {
        const part = chunk.subarray(at, at + raw);
        at += part.length;
        raw -= part.length;
        reader.bytes(part);
        continue;
      }
      const end = chunk.indexOf(LINE_END, at);
      add(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) return;
      at = end + 1;
      raw = reader.message(take());
    }
  };
}
