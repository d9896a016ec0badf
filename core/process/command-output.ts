import type { Readable } from 'node:stream';
import { pauseWhileHeld } from './back-pressure.ts';
import { lineSplitter } from './lines.ts';
import { keepTail } from './tail.ts';

type StreamName = 'stdout' | 'stderr';

/** What a command writes, as lines, and the end of it. */
export interface CommandOutput {
  push(name: StreamName, chunk: Uint8Array): void;
  /** What has no line end is a line now. */
  end(name: StreamName): void;
  /** Reads a stream to its end, no faster than what is read can be written. */
  read(name: StreamName, stream: Readable): void;
  /** The last lines of both streams in the order in which they came, 4 Ki at most. Ends both. */
  tail(): string;
}

/** `onLine` gets each line without its end. */
export function commandOutput(onLine?: (name: StreamName, line: string) => void): CommandOutput {
  const tail = keepTail();
  const splitter = (name: StreamName): ReturnType<typeof lineSplitter> =>
    lineSplitter((line, raw) => {
      tail.push(raw);
      onLine?.(name, line);
    });
  const lines = { stdout: splitter('stdout'), stderr: splitter('stderr') };
  return {
    push: (name, chunk) => lines[name].push(chunk),
    end: (name) => lines[name].end(),
    read: (name, stream) => {
      stream.on('data', (chunk: Buffer) => {
        lines[name].push(chunk);
        pauseWhileHeld(stream);
      });
      stream.once('end', () => lines[name].end());
    },
    tail: () => {
      lines.stdout.end();
      lines.stderr.end();
      return tail.text();
    },
  };
}
