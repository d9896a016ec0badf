import { describe, expect, it } from 'vitest';
import { wrapped } from '../../../core/text/columns.ts';
import { visible } from '../../../core/text/visible.ts';

describe('what may reach a terminal', () => {
  it.each([
    ['\u001b]0;OWNED\u0007B', '\\x1b]0;OWNED\\x07B'],
    ['\u001b]52;c;cm0g\u0007', '\\x1b]52;c;cm0g\\x07'],
    ['\u001b[1A\u001b[2Kfake', '\\x1b[1A\\x1b[2Kfake'],
    ['\u001b[?1049h\u001b[8mhidden', '\\x1b[?1049h\\x1b[8mhidden'],
    ['\u009b2J a\rb \u007f \u0000', '\\x9b2J a\\x0db \\x7f \\x00'],
    ['\u001b[31;8mred and hidden', '\\x1b[31;8mred and hidden'],
    ['to the left: \u202egnp.exe', 'to the left: \\u202egnp.exe'],
    ['tab\tand 日本 é', 'tab\tand 日本 é'],
  ])('%j', (given, expected) => {
    expect(visible(given, true)).toBe(expected);
    expect(visible(given, false)).toBe(expected);
  });

  it.each(['\u001b[1;31m', '\u001b[m', '\u001b[38;5;200m', '\u001b[48;2;1;2;3m', '\u001b[0;97m'])(
    'colour %j stays until the end of the line, or goes',
    (colour) => {
      expect(visible(`a${colour}b`, true)).toBe(`a${colour}b\u001b[0m`);
      expect(visible(`a${colour}b`, false)).toBe('ab');
    },
  );
});

describe('wrapping', () => {
  it('breaks between words and keeps what is indented so', () => {
    expect(wrapped('one two three\n  four five six', 10, '- ', '  ')).toBe(
      '- one two\n  three\n    four\n    five\n    six',
    );
    expect(wrapped('a verylongwordindeed b', 8)).toBe('a\nverylongwordindeed\nb');
    expect(wrapped('日本 日本 日本', 9)).toBe('日本 日本\n日本');
  });
});
