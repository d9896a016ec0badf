import { expect, it } from 'vitest';
import { mfaCodes } from '../../../../../builders/_amazon/api/credentials/mfa-code.ts';

it('uses the given code one time, and then asks', async () => {
  const code = mfaCodes('123456', () => Promise.resolve('654321'));
  expect([await code('device'), await code('device'), await code('device')]).toEqual(['123456', '654321', '654321']);
});

it.each([
  [undefined, undefined, /the MFA device device has to give a code, .* set mfa_code/],
  [undefined, '12345', /"12345" is no code/],
  [undefined, '', /"" is no code/],
])('given %s and answered %s it gives none, and says why', async (given, answer, message) => {
  const ask = answer === undefined ? undefined : () => Promise.resolve(answer);
  await expect(mfaCodes(given, ask)('device')).rejects.toThrow(message);
});

it('says that the given code is used up when there is nobody to ask', async () => {
  const code = mfaCodes('123456', undefined);
  await code('device');
  await expect(code('device')).rejects.toThrow(/mfa_code was good for one time only/);
});
