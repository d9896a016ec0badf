import { describe, expect, it } from 'vitest';
import { addressOf, secretsIn, shownAddress, withoutPasswords } from '../../../../core/http/address.ts';

describe('an address that is shown', () => {
  it.each([
    ['http://user:pw@host:81/a.iso', 'http://host:81/a.iso'],
    ['https://token@host/a.iso', 'https://host/a.iso'],
    ['https://bucket.s3.amazonaws.com/a.iso?X-Amz-Signature=5ec', 'https://bucket.s3.amazonaws.com/a.iso?…'],
    ['s3::https://u:p@host/a.iso?sig=5ec', 's3::https://host/a.iso?…'],
    ['ftp://u:p@host/a.iso', 'ftp://host/a.iso'],
    ['http:/u:p@host/a.iso', 'http:/host/a.iso'],
    ['http://u:p/w@host/a.iso', 'http://host/a.iso'],
    ['http://u:p@x@host/a.iso#frag', 'http://host/a.iso'],
    ['http://host/a@b.iso', 'http://host/a@b.iso'],
    ['file:https://u:p@host/SUMS', 'file:https://host/SUMS'],
  ])('%s is %s', (text, shown) => {
    expect(shownAddress(text)).toBe(shown);
  });

  it.each(['images/a?b@c.iso', '/x/a.iso', 'none', 'md5:abc'])('is left as it is when it is none: %s', (text) => {
    expect(shownAddress(text)).toBe(text);
  });
});

it('user and password of an address are for its header', () => {
  const { url, login } = addressOf('http://me:s%40cret@host/a');
  expect(url.href).toBe('http://host/a');
  expect(login).toEqual({ authorization: `Basic ${Buffer.from('me:s@cret').toString('base64')}` });
});

it('a password with a percent sign that stands for nothing is taken as it is', () => {
  const { login } = addressOf('http://me:50%@host/a');
  expect(login).toEqual({ authorization: `Basic ${Buffer.from('me:50%').toString('base64')}` });
});

it('what must not be shown of an address is its password in both forms, and its query', () => {
  expect(secretsIn('http://me:s%40cret@host/a?sig=5ec')).toEqual(['s%40cret', 's@cret', 'sig=5ec']);
});

it.each([
  ['-var u=ftp://u:PW@x/y', '-var u=ftp://u:**@x/y'],
  ['"a": "http://u:S3c/P@W@h/x", "b": "c@d"', '"a": "http://u:*******@h/x", "b": "c@d"'],
  ['http://h:80/x and me@home', 'http://h:80/x and me@home'],
])('passwords within other text become asterisks: %s', (text, shown) => {
  expect(withoutPasswords(text)).toBe(shown);
});
