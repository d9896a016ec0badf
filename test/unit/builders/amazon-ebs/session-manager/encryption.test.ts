import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encryptionHint } from '../../../../../builders/_amazon/session-manager/data-key.ts';
import { answerChallenge, encryptionWith } from '../../../../../builders/_amazon/session-manager/encryption.ts';

const KEY = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
const AGENTS = KEY.subarray(0, 32);
const CLIENTS = KEY.subarray(32);

function sealedBy(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
function openedWith(key: Buffer, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
}

describe('the key of a session', () => {
  it('opens with its first half and seals with its second, each time with another nonce', () => {
    const { seal, open } = encryptionWith(Buffer.from(KEY));
    expect(Buffer.from(open(sealedBy(AGENTS, 'from the agent'))).toString()).toBe('from the agent');
    const [one, other] = [seal(Buffer.from('from here')), seal(Buffer.from('from here'))];
    expect([openedWith(CLIENTS, one), openedWith(CLIENTS, other)]).toEqual(['from here', 'from here']);
    expect(Buffer.from(one).subarray(0, 12)).not.toEqual(Buffer.from(other).subarray(0, 12));
    expect(one).toHaveLength(12 + 9 + 16);
  });

  it('is wiped when it is taken, and shown by nothing', () => {
    const key = Buffer.from(KEY);
    const encryption = encryptionWith(key);
    expect(key).toEqual(Buffer.alloc(64));
    expect(inspect(encryption, { depth: 10, showHidden: true })).not.toContain('<Buffer');
  });

  it.each([
    ['with the other half', sealedBy(CLIENTS, 'x')],
    ['and changed', Buffer.concat([sealedBy(AGENTS, 'x'), Buffer.from([0])])],
    ['not at all', Buffer.from('plain text that is long enough for a nonce and a tag')],
    ['too short', Buffer.from('short')],
    ['empty', Buffer.alloc(0)],
  ])('opens nothing that is sealed %s', (_, sealed) => {
    expect(() => encryptionWith(Buffer.from(KEY)).open(sealed)).toThrow("not encrypted with the session's key");
  });

  it('answers the challenge of an agent that has it', () => {
    const Challenge = sealedBy(AGENTS, 'random').toString('base64');
    const answer = answerChallenge({ Challenge }, encryptionWith(Buffer.from(KEY)));
    expect(openedWith(CLIENTS, Buffer.from(answer.Challenge, 'base64'))).toBe('random');
  });

  it.each([[{}], [{ Challenge: 7 }], [{ Challenge: sealedBy(CLIENTS, 'x').toString('base64') }]])(
    'does not answer %j',
    (challenge) => {
      expect(() => answerChallenge(challenge, encryptionWith(Buffer.from(KEY)))).toThrow('not encrypted');
    },
  );
});

it.each([
  [
    'GenerateDataKey: User: u is not\nauthorized (AccessDeniedException, request 7)',
    /who builds needs kms:GenerateDataKey/,
  ],
  ['Encountered error while initiating handshake. Fetching data key failed: no', /profile needs kms:Decrypt/],
  ["GenerateDataKey: Key 'x' does not exist (NotFoundException)", undefined],
  ['AWS has closed the session', undefined],
])('of a session that ended with %j it is said what is missing: %s', (reason, hint) => {
  if (hint === undefined) expect(encryptionHint(reason)).toBeUndefined();
  else expect(encryptionHint(reason)).toMatch(hint);
});
