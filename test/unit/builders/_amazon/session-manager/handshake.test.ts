import { expect, it } from 'vitest';
import { answerHandshake, wantsKeepAlive } from '../../../../../builders/_amazon/guest/session-manager/handshake.ts';

const PORT = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties: {} } };

it('agrees to a session that leads to a port', () => {
  const { response, problem, agentVersion } = answerHandshake({
    AgentVersion: '3.3.131.0',
    RequestedClientActions: [PORT],
  });
  expect([problem, agentVersion]).toEqual([undefined, '3.3.131.0']);
  expect(response).toMatchObject({
    ProcessedClientActions: [{ ActionType: 'SessionType', ActionStatus: 1, Error: '' }],
    Errors: [],
  });
});

it.each([
  ['another type of session', '3.3.131.0', [{ ...PORT, ActionParameters: { SessionType: 'Standard_Stream' } }], /Port/],
  ['encryption', '3.3.131.0', [{ ActionType: 'KMSEncryption', ActionParameters: {} }, PORT], /KMS/],
  ['what nobody knows', '3.3.131.0', [PORT, { ActionType: 'Dance', ActionParameters: {} }], /asks for Dance/],
])('declines %s, and tells the agent', (_, AgentVersion, RequestedClientActions, message) => {
  const { response, problem } = answerHandshake({ AgentVersion, RequestedClientActions });
  expect(problem).toMatch(message);
  expect(response).toMatchObject({ Errors: [problem] });
  expect(JSON.stringify(response)).toContain('"ActionStatus":2');
});

it.each([
  ['3.0.195.0', true],
  ['2.3.722.0', true],
  ['3.0.196.0', false],
  ['3.10.0.0', false],
])('an agent of version %s is too old: %s', (AgentVersion, old) => {
  const { problem } = answerHandshake({ AgentVersion, RequestedClientActions: [PORT] });
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
