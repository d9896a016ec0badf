import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { shellWords } from '../../../../provisioners/_guest-shell/words.ts';

const literal = [
  '',
  ' -v  --tags\tweb ',
  `-e 'a b=c' --extra-vars="x=\\"1\\" y"`,
  `'it'\\''s' a\\ b "back\\slash \\\\ \\$HOME \\\`x\\\`"`,
  `tok=ab#c é='ü "x" \\n' @f %t ^ ! a]b x}y 😀`,
  `"two
lines" "joined\\
line" ''`,
];

describe.each(['dash', 'bash', 'zsh'])('%s', (shell) => {
  test.each(literal)('reads %j as it was read here', (text) => {
    const words = shellWords(text)?.map(({ value }) => value);
    const read = execFileSync(shell, ['-c', `for word in ${text}; do printf '%s\\0' "$word"; done`], {
      encoding: 'utf8',
    });
    expect(words).toEqual(read.split('\0').slice(0, -1));
  });
});

test('words that depend on the guest are kept as they are written, and are not known', () => {
  const text = 'a=$HOME "b`id`" c* ~/d {e,f} "g$(id)h" \'$i\'';
  expect(shellWords(text)?.map(({ raw, value }) => [raw, value])).toEqual([
    ['a=$HOME', undefined],
    ['"b`id`"', undefined],
    ['c*', undefined],
    ['~/d', undefined],
    ['{e,f}', undefined],
    // The pieces between are of one word.
    ['"g$(id)h"', undefined],
    ["'$i'", '$i'],
  ]);
});

test.each(['a; b', 'a | b', 'a && b', 'a >f', '$(id)', "it's", 'a "b', 'a\nb', 'a \\'])(
  '%j is more than words',
  (text) => {
    expect(shellWords(text)).toBeUndefined();
  },
);
