import { allSecrets } from '../secrets/secret-mask.ts';

/** In UTF-16 code units. */
const TAIL_LENGTH = 4096;

export interface Tail {
  /** Takes a line with its end, or a piece of one. */
  push(line: string): void;
  /** The last whole lines, 4 Ki at most; of a line that is longer its end, and no secret is cut in two. */
  text(): string;
}

/** The last lines of a text, as `Tail` gives them. */
export function tailOf(text: string): string {
  const tail = keepTail();
  for (const line of text.split(/(?<=\n)/)) tail.push(line);
  return tail.text();
}

/** Keeps the end of an output for the reader of an error. */
export function keepTail(): Tail {
  let lines: readonly string[] = [];
  let later: string[] = [];
  let size = 0;
  const gather = (): readonly string[] => {
    lines = [...lines, ...later];
    later = [];
    size = 0;
    return lines;
  };
  return {
    push: (line) => {
      later.push(line);
      size += line.length;
      // Looked at only now and then: what is before the last 4 Ki will not be shown.
      if (size < 4 * TAIL_LENGTH) return;
      let length = 0;
      lines = gather().slice(lines.findLastIndex((text) => (length += text.length) >= TAIL_LENGTH));
    },
    text: () => {
      let length = 0;
      const before = gather().findLastIndex((line) => (length += line.length) > TAIL_LENGTH);
      const whole = lines.slice(before + 1).join('');
      if (whole.trim() !== '') return whole;
      const all = lines.join('').trimEnd();
      return all === '' ? whole : `${allSecrets.cut(all, Math.max(0, all.length - TAIL_LENGTH))[1]}\n`;
    },
  };
}
