import { describe, expect, test } from 'vitest';
import { secretMask } from '../../../../core/secrets/secret-mask.ts';
import { commandOutput } from '../../../../core/process/command-output.ts';

const secret = 'S3cr3t-of-the-cut/Passw0rd';
const mask = secretMask();
mask.add(secret);

interface Read {
  readonly lines: readonly string[];
  readonly tail: string;
}

/** Reads these pieces of the two outputs. */
function read(...pieces: readonly (readonly ['stdout' | 'stderr', string])[]): Read {
  const lines: string[] = [];
  const output = commandOutput((_name, line) => void lines.push(line));
  for (const [name, text] of pieces) output.push(name, Buffer.from(text));
  return { tail: output.tail(), lines };
}

/** Whether a text shows a piece of the secret of which nobody could tell any more what it is. */
function shows(text: string): boolean {
  const rest = mask.text(text);
  return Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)).some((piece) =>
    rest.includes(piece),
  );
}

describe('the output of a command', () => {
  test('is cut at no place at which a secret is, however long the line', () => {
    for (let before = 65_536 - secret.length - 1; before <= 65_537; before++) {
      const { lines, tail } = read(['stdout', `${'x'.repeat(before)}${secret}${'y'.repeat(70_000)}`], ['stdout', '\n']);
      expect(lines.filter(shows)).toEqual([]);
      expect(lines.length).toBeGreaterThan(1);
      expect(shows(tail)).toBe(false);
    }
  });

  test('ends with lines that are whole, or with a piece that no secret reaches into', () => {
    for (let behind = 4096 - secret.length - 1; behind <= 4097; behind++) {
      const { tail } = read(['stdout', `${'x'.repeat(9000)}${secret}${'y'.repeat(behind - 1)}\n`]);
      expect(shows(tail)).toBe(false);
      expect(tail.length).toBeGreaterThan(4000 - secret.length);
    }
    const { tail } = read(['stdout', `${secret}${'x'.repeat(4000)}\n${'z'.repeat(80)}\nlast\n`]);
    expect(tail).toBe(`${'z'.repeat(80)}\nlast\n`);
  });

  test('keeps the lines of both streams apart, wherever they were cut', () => {
    const { tail, lines } = read(
      ['stdout', secret.slice(0, 9)],
      ['stderr', 'something else\n'],
      ['stdout', `${secret.slice(9)}\n`],
    );
    expect(lines).toEqual(['something else', secret]);
    expect(shows(tail)).toBe(false);
  });

  test('keeps what has no end, too, and what a terminal would write over', () => {
    expect(read(['stdout', 'one\r\n10%\r99%\r\n'], ['stderr', 'word: '])).toEqual({
      lines: ['one', '99%', 'word: '],
      tail: 'one\r\n10%\r99%\r\nword: ',
    });
  });

  test('keeps no more than 4 Ki of very many lines', () => {
    const { tail } = read(['stdout', Array.from({ length: 100_000 }, (_, n) => `line ${n}\n`).join('')]);
    expect(tail.length).toBeLessThanOrEqual(4096);
    expect(tail).toMatch(/^line \d+\n[^]*line 99999\n$/);
  });
});
