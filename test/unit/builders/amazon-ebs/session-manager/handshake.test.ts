import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { DataKey, WantedKey } from '../../../../../builders/_amazon/session-manager/encryption.ts';
import { answerHandshake, wantsKeepAlive } from '../../../../../builders/_amazon/session-manager/handshake.ts';

const PORT = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties: {} } };

function noKey(): Promise<DataKey> {
  throw new Error('nobody asked for a key');
}

it('agrees to a session that leads to a port', async () => {
  const { response, problem, agentVersion, encryption } = await answerHandshake(
    { AgentVersion: '3.3.131.0', RequestedClientActions: [PORT] },
    noKey,
  );
  expect([problem, agentVersion, encryption]).toEqual([undefined, '3.3.131.0', undefined]);
  expect(response).toMatchObject({
    ProcessedClientActions: [{ ActionType: 'SessionType', ActionStatus: 1, Error: '' }],
    Errors: [],
  });
});

it.each([
  ['another type of session', '3.3.131.0', [{ ...PORT, ActionParameters: { SessionType: 'Standard_Stream' } }], /Port/],
  [
    'no key to encrypt with',
    '3.3.131.0',
    [PORT, { ActionType: 'KMSEncryption', ActionParameters: {} }],
    /names no key/,
  ],
  ['what nobody knows', '3.3.131.0', [PORT, { ActionType: 'Dance', ActionParameters: {} }], /asks for Dance/],
])('declines %s, and tells the agent', async (_, AgentVersion, RequestedClientActions, message) => {
  const { response, problem } = await answerHandshake({ AgentVersion, RequestedClientActions }, noKey);
  expect(problem).toMatch(message);
  expect(response).toMatchObject({ Errors: [problem] });
  expect(JSON.stringify(response)).toContain('"ActionStatus":2');
});

it.each([
  ['3.0.195.0', true],
  ['2.3.722.0', true],
  ['3.0.196.0', false],
  ['3.10.0.0', false],
])('an agent of version %s is too old: %s', async (AgentVersion, old) => {
  const { problem } = await answerHandshake({ AgentVersion, RequestedClientActions: [PORT] }, noKey);
  expect(problem !== undefined).toBe(old);
});

it.each([
  ['3.1.1511.0', true],
  ['3.0.300.0', true],
  ['3.1.1512.0', false],
  ['3.3.131.0', false],
])('an agent of version %s wants to hear something every few seconds: %s', (version, wants) => {
  expect(wantsKeepAlive(version)).toBe(wants);
});

describe('of an encrypted session', () => {
  const request = (parameters: object) => ({
    AgentVersion: '3.3.131.0',
    RequestedClientActions: [PORT, { ActionType: 'KMSEncryption', ActionParameters: parameters }],
  });
  const sealed = Buffer.from('only KMS can read it');

  it.each([
    [{ KMSKeyId: 'alias/sessions', Challenge: 'cmFuZG9t' }, { keyId: 'alias/sessions', challenge: 'cmFuZG9t' }, true],
    [{ KMSKeyId: 'alias/sessions' }, { keyId: 'alias/sessions', challenge: undefined }, false],
  ])('has a key made, and gives the agent what KMS opens: %j', async (parameters, wanted, acknowledged) => {
    const newKey = vi.fn((_wanted: WantedKey) => Promise.resolve({ plain: randomBytes(64), sealed }));
    const { response, problem, encryption } = await answerHandshake(request(parameters), newKey);
    expect(newKey.mock.calls).toEqual([[wanted]]);
    expect(problem).toBeUndefined();
    expect(encryption).toBeDefined();
    const result = { KMSCipherTextKey: sealed.toString('base64'), ChallengeAcknowledgement: acknowledged };
    expect(response).toMatchObject({ ProcessedClientActions: [{}, { ActionStatus: 1, ActionResult: result }] });
  });

  it.each([
    ['KMS makes no key', () => Promise.reject(new Error('not allowed')), /not allowed/],
    ['the key is too short', () => Promise.resolve({ plain: randomBytes(32), sealed }), /32 bytes, not of 64/],
  ])('is a problem when %s, which the agent hears', async (_, newKey, message) => {
    const { response, problem, encryption } = await answerHandshake(request({ KMSKeyId: 'key' }), newKey);
    expect(problem).toMatch(message);
    expect(encryption).toBeUndefined();
    expect(response).toMatchObject({
      ProcessedClientActions: [{ ActionStatus: 1 }, { ActionStatus: 2, ActionResult: null, Error: problem }],
    });
  });
});
