import { describe, expect, it } from 'vitest';
import { secretMask } from '../../../../core/secrets/secret-mask.ts';

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

  it('finds each element of a value that an option takes for a list, but for short ones', () => {
    expect(masked(['a, first-key ,second-key'], 'a first-key second-key')).toBe('a <sensitive> <sensitive>');
  });

  it('tells what gives a secret away: one inside, in any of its forms, and a piece of one', () => {
    const mask = secretMask(['pre-S3cr3t-Passw0rd', 'S3cr3t/Passw0rd']);
    expect(
      ['x pre-S3cr3t-Passw0rd', 'S3cr3t%2FPassw0rd', 'S3cr3t-Passw0rd'].filter((text) => mask.mayTell(text)),
    ).toHaveLength(3);
    expect(['', 'pre', 'other-Passw0rd'].filter((text) => mask.mayTell(text))).toEqual([]);
  });

  it('can leave what is behind a secret in its column', () => {
    const mask = secretMask();
    mask.add('p\u00e4ss');
    expect(mask.text('"p\\u00e4ss" "p\u00e4ss" b', { keepLength: true })).toBe('"*********" "****" b');
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

  it('finds what JSON of other languages makes of a value, also inside of other JSON', () => {
    const secret = 'p&ss-w\u00f6rd <\u{1f511}> a/b';
    const ascii = (text: string): string =>
      text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const go = (text: string): string => text.replaceAll(/[&<>]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`);
    const forms = [ascii(secret), go(secret), ascii(go(secret)), ascii(secret).replaceAll('/', '\\/')];
    for (const form of forms) {
      expect(masked([secret], `{"pw": "${form}"}`)).toBe('{"pw": "<sensitive>"}');
      const upper = form.replaceAll(/[0-9a-f]{4}/g, (hex) => hex.toUpperCase());
      expect(masked([secret], upper)).toBe('<sensitive>');
      expect(masked([secret], JSON.stringify(form))).toBe('"<sensitive>"');
    }
  });

  it('finds a value of which only some characters are written in another way', () => {
    expect(masked([`a'b c&d"e`], `a'\\''b%20c&amp;d\\"e`)).toBe('<sensitive>');
    expect(masked(['one\ntwo-three'], 'x one\\ntwo-three and one\r\ntwo-three')).toBe('x <sensitive> and <sensitive>');
  });

  it('removes all of secrets that overlap, and of one that overlaps itself', () => {
    expect(masked(['abcdefgh', 'efghijkl'], 'x abcdefghijkl y')).toBe('x <sensitive> y');
    expect(masked(['abcdefgh', 'efghijkl', 'kl-end'], 'abcdefghijkl-end')).toBe('<sensitive>');
    expect(masked(['abab'], '1 ababab 2')).toBe('1 <sensitive> 2');
  });

  it('finds the lines of the Base64 of a long value that begins it', () => {
    const secret = Buffer.from(Array.from({ length: 150 }, (_, n) => (n * 7) % 256)).toString('latin1');
    const lines =
      Buffer.from(`${secret}\n`)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    for (const line of lines.slice(0, -1)) expect(masked([secret], line)).toBe('<sensitive>');
  });

  it('leaves what is masked already as it is, whatever the secret', () => {
    expect(masked(['e'], masked(['e'], 'one letter'))).toBe('on<sensitive> l<sensitive>tt<sensitive>r');
  });

  it('cuts no text inside of a secret, nor inside of a character', () => {
    const mask = secretMask();
    mask.add('S3cr3t-Passw0rd');
    expect(mask.cut('0123456789', 4)).toEqual(['0123', '456789']);
    expect(mask.cut('xxS3cr3t-Passw0rdyy', 5)).toEqual(['xx<sensitive>', 'yy']);
    expect(mask.cut('xxS3cr3t-Passw0rdyy', 2)).toEqual(['xx', 'S3cr3t-Passw0rdyy']);
    expect(mask.cut('a\u{1f511}b', 2)).toEqual(['a', '\u{1f511}b']);
    expect(mask.reach()).toBeGreaterThanOrEqual('S3cr3t-Passw0rd'.length);
  });
});
