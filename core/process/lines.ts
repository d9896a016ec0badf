import { StringDecoder } from 'node:string_decoder';

const LONGEST_LINE = 64 * 1024;

export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Gives what is left after the last line end. */
  end(): void;
}

/**
 * Cuts bytes into lines of UTF-8 text without their ends. Of a line that was overwritten with carriage returns
 * (progress bars) only the last state is given. A line longer than 64 Ki characters is given in pieces.
 */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const give = (line: string): void => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
    onLine(whole.slice(whole.lastIndexOf('\r') + 1));
  };
  const take = (text: string): void => {
    rest += text;
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      give(rest.slice(start, end));
      start = end + 1;
    }
    rest = rest.slice(start);
    while (rest.length > LONGEST_LINE) {
      give(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
  };
  return {
    push: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end());
      if (rest !== '') give(rest);
      rest = '';
    },
  };
}
