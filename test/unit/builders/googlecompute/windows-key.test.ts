import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  decryptAnswer,
  findAnswer,
  makeWindowsKey,
  modulusOf,
  windowsKeyLine,
} from '../../../../builders/googlecompute/windows/windows-key.ts';

/** Encrypts as the agent of Google's Windows images does, for the numbers in a line of windows-keys. */
function encryptFor(line: string, password: string): string {
  const { modulus, exponent } = JSON.parse(line) as { modulus: string; exponent: string };
  const url = (text: string): string => Buffer.from(text, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', n: url(modulus), e: url(exponent) }, format: 'jwk' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(password)).toString('base64');
}

test('what the agent encrypts for the line is the password', async () => {
  const privateKey = await makeWindowsKey();
  const line = windowsKeyLine(privateKey, { userName: 'packer', email: 'a@b.c', expires: Date.UTC(2026, 11, 1, 12) });
  expect(JSON.parse(line)).toMatchObject({
    ...{ userName: 'packer', email: 'a@b.c', expireOn: '2026-12-01T12:00:00Z', hashFunction: 'sha1' },
    ...{ exponent: 'AQAB', modulus: modulusOf(privateKey) },
  });
  expect(line).not.toContain('\n');
  expect(decryptAnswer(encryptFor(line, 'pä55!'), privateKey)).toBe('pä55!');
});

test('the answer for the key is found among others', async () => {
  const privateKey = await makeWindowsKey();
  const modulus = modulusOf(privateKey);
  const answer = (more: object): string => JSON.stringify({ userName: 'packer', ...more });
  const other = answer({ modulus: 'AAAA', passwordFound: true, encryptedPassword: 'b3RoZXI=' });
  const lines = ['Version":"x"}', '{"ready":true,"version":"Microsoft Windows NT 10.0"}', other];
  expect(findAnswer(lines.join('\r\n'), modulus)).toBeUndefined();
  const mine = answer({ modulus, passwordFound: true, encryptedPassword: 'bWluZQ==' });
  expect(findAnswer([...lines, mine, other, ''].join('\n'), modulus)).toEqual({ encrypted: 'bWluZQ==' });
  const failed = answer({ modulus, passwordFound: false, errorMessage: 'the user name is too long' });
  expect(findAnswer([...lines, failed].join('\n'), modulus)).toEqual({ failed: 'the user name is too long' });
});
