import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { channelBinding } from '../../../../../core/communicators/winrm/protocol/ntlm/channel-binding.ts';
import { accountOf, ntlmLogin } from '../../../../../core/communicators/winrm/protocol/ntlm/login.ts';
import { md4 } from '../../../../../core/communicators/winrm/protocol/ntlm/md4.ts';
import { rc4 } from '../../../../../core/communicators/winrm/protocol/ntlm/rc4.ts';
import { sealing } from '../../../../../core/communicators/winrm/protocol/ntlm/seal.ts';
import { ntlmAcceptor, serverSeal } from '../../../../support/winrm/ntlm-acceptor.ts';

test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
])('MD4 of %j is that of RFC 1320', (text, digest) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});

test('a password is kept as MS-NLMP 4.2.2.1.2 says', () => {
  expect(md4(Buffer.from('Password', 'utf16le')).toString('hex')).toBe('a4f49c406510bdcab6824ee7c30fd852');
});

test('RC4 gives the key stream of RFC 6229, also in pieces', () => {
  const cipher = rc4(Buffer.from('0102030405', 'hex'));
  const stream = Buffer.concat([cipher(Buffer.alloc(5)), cipher(Buffer.alloc(27))]);
  expect(stream.toString('hex')).toBe('b2396305f03dc027ccc3524a0a1118a86982944f18fc82d589c403a47a0d0919');
});

test('a message is sealed as MS-NLMP 4.2.4.4 shows', () => {
  const seal = sealing(Buffer.from('55'.repeat(16), 'hex'));
  const { data, signature } = seal.seal(Buffer.from('Plaintext', 'utf16le'));
  expect(data.toString('hex')).toBe('54e50165bf1936dc996020c1811b0f06fb5f');
  expect(signature.toString('hex')).toBe('010000007fb38ec5c55d497600000000');
});

test('a sealed message that was changed, or comes twice, is not opened', () => {
  const key = Buffer.from('55'.repeat(16), 'hex');
  const server = serverSeal(key);
  const sealed = server.seal(Buffer.from('one'));
  const changed = { ...sealed, data: Buffer.from(sealed.data.map((byte) => byte ^ 1)) };
  expect(sealing(key).open(changed)).toBeUndefined();
  const client = sealing(key);
  expect(client.open(sealed)?.toString()).toBe('one');
  expect(client.open(sealed)).toBeUndefined();
});

test.each([
  ['GUEST\\ann', { user: 'ann', domain: 'GUEST' }],
  ['ann@example.org', { user: 'ann@example.org', domain: '' }],
  ['ann', { user: 'ann', domain: '' }],
])('%s is the account %j', (name, account) => {
  expect(accountOf(name, 'p')).toEqual({ ...account, password: 'p' });
});

describe('a login', () => {
  const account = { user: 'Ann', domain: 'GUEST', password: 'Pä$$ wörd' };
  const login = ntlmLogin(accountOf('GUEST\\Ann', account.password), { host: '10.0.0.9', channel: undefined });

  test.each([true, false])('gives both sides one key (time stamp in the challenge: %s)', (stamp) => {
    const acceptor = ntlmAcceptor(stamp);
    const answer = login.answer(acceptor.challenge(login.first));
    if (answer === undefined) throw new Error('no answer');
    expect(acceptor.accept(answer.message, account, undefined)).toEqual(answer.sessionKey);
  });

  test('with another password is refused', () => {
    const acceptor = ntlmAcceptor(true);
    const answer = login.answer(acceptor.challenge(login.first));
    expect(() => acceptor.accept(answer?.message ?? Buffer.alloc(0), { ...account, password: 'x' }, undefined)).toThrow(
      'the password is wrong',
    );
  });

  test('names the TLS connection it runs over', () => {
    const channel = createHash('md5').update('channel').digest();
    const bound = ntlmLogin(account, { host: 'h', channel });
    const acceptor = ntlmAcceptor(true);
    const message = bound.answer(acceptor.challenge(bound.first))?.message ?? Buffer.alloc(0);
    expect(acceptor.accept(message, account, channel)).toHaveLength(16);
    expect(() => acceptor.accept(message, account, Buffer.alloc(16, 1))).toThrow('the channel binding is wrong');
  });

  test.each([
    ['text', Buffer.from('no challenge at all, but long enough to be looked at as one')],
    ['a challenge without extended security', withoutBit(ntlmAcceptor(true).challenge(login.first), 19)],
  ])('does not answer %s', (_what, bytes) => {
    expect(login.answer(bytes)).toBeUndefined();
  });
});

function withoutBit(message: Buffer, bit: number): Buffer {
  const changed = Buffer.from(message);
  changed.writeUInt32LE((changed.readUInt32LE(20) & ~(1 << bit)) >>> 0, 20);
  return changed;
}

test('a certificate of an algorithm without a hash of its own binds nothing', () => {
  expect(channelBinding(Buffer.from('3005060003020100', 'hex'))).toBeUndefined();
});
