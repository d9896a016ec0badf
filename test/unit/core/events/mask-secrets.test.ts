import { describe, expect, it } from 'vitest';
import { secretMask } from '../../../../core/events/mask-secrets.ts';

function masked(secrets: readonly string[], text: string): string {
  const mask = secretMask();
  for (const secret of secrets) mask.add(secret);
  return mask.text(text);
}

describe('the mask', () => {
  it('removes every occurrence of a value, the longer of two first', () => {
    expect(masked(['pass', 'password'], 'password pass passwords')).toBe('<sensitive> <sensitive> <sensitive>s');
  });

  it('takes marks of regular expressions for what they are', () => {
    expect(masked(['a.b*c$(1)|[x]\\'], 'a.b*c$(1)|[x]\\ axbbc')).toBe('<sensitive> axbbc');
  });

  it('leaves texts alone when there are no secrets, and ignores empty ones', () => {
    expect(masked([''], 'nothing')).toBe('nothing');
  });

  it('finds the Base64 of a value at each place in a longer text', () => {
    const secret = 'correct horse?>~';
    for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
      for (const after of ['', '!', '!!']) {
        for (const encoding of ['base64', 'base64url'] as const) {
          const encoded = Buffer.from(before + secret + after).toString(encoding);
          const text = masked([secret], `Authorization: ${encoded}`);
          expect(text).toContain('<sensitive>');
          expect(text.length).toBeLessThan('Authorization: <sensitive>'.length + 12);
        }
      }
    }
  });

  it('finds the URL, JSON and shell forms of a value', () => {
    const secret = `p@ss "w'rd" & 100% (ü)`;
    const forms = [
      encodeURIComponent(secret),
      new URLSearchParams({ p: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
      secret.replaceAll("'", `'\\''`),
    ];
    for (const form of forms) expect(masked([secret], `<${form}>`)).toBe('<<sensitive>>');
  });

  it('finds each line of a value that has several, but for lines that say nothing', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n  kqhkiG9w0BAQEF\n}\n-----END KEY-----\n';
    const text = masked([key], 'line: MIIEvQIBADANBg\nline: kqhkiG9w0BAQEF\n}');
    expect(text).toBe('line: <sensitive>\nline: <sensitive>\n}');
  });

  it('counts what is added later, and reaches into values and names', () => {
    const mask = secretMask();
    mask.add('first');
    expect(mask.text('first second')).toBe('<sensitive> second');
    mask.add('second');
    expect(mask.json({ second: ['first', 1, null, { a: 'x first' }] })).toEqual({
      '<sensitive>': ['<sensitive>', 1, null, { a: 'x <sensitive>' }],
    });
  });

  it('accepts any text as a secret', () => {
    expect(masked(['lone \ud800 surrogate'], 'a lone \ud800 surrogate')).toBe('a <sensitive>');
  });
});
