import { StringDecoder } from 'node:string_decoder';
import { allSecrets } from '../secrets/secret-mask.ts';
import { lastState } from '../events/overwritten.ts';

const LONGEST_LINE = 64 * 1024;

export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Gives what is left after the last line end. */
  end(): void;
}

/**
 * Cuts bytes into lines of UTF-8 text without their ends. Of a line that was overwritten with carriage returns
 * (progress bars) only the last state is given. A line longer than 64 Ki characters is given in pieces, and no secret
 * is cut by it: one that would be is masked. `raw` is all that came of it, with its end.
 */
export function lineSplitter(onLine: (line: string, raw: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    rest += text;
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      onLine(lastState(rest.slice(start, end)), rest.slice(start, end + 1));
      start = end + 1;
    }
    rest = rest.slice(start);
    while (rest.length > LONGEST_LINE + 2 * allSecrets.reach()) {
      const [piece, behind] = allSecrets.cut(rest, LONGEST_LINE);
      onLine(lastState(piece), piece);
      rest = behind;
    }
  };
  return {
    push: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(lastState(rest), rest);
      rest = '';
    },
  };
}
