import { expect, test } from 'vitest';
import { authenticate } from '../../../../../clients/openstack/identity/authenticate.ts';
import type { CloudSettings, Factor } from '../../../../../clients/openstack/index.ts';
import type { Answer, Outgoing } from '../../../../../clients/openstack/transport/transport.ts';

const TOKEN: Answer = {
  status: 201,
  headers: { 'x-subject-token': 't1' },
  text: JSON.stringify({ token: { expires_at: '2030-01-01T00:00:00Z', user: { id: 'u1' } } }),
};

const user = { id: 'u1' };
const scope = { project: { id: 'p1' } };

async function ask(
  settings: CloudSettings,
  answers: readonly Answer[],
): Promise<{ id: string; sent: readonly Outgoing[] }> {
  const sent: Outgoing[] = [];
  const transport = {
    ask: (outgoing: Outgoing) => Promise.resolve(answers[sent.push(outgoing) - 1] ?? TOKEN),
    open: () => Promise.reject(new Error('nothing is read')),
    close: () => undefined,
  };
  const asking = { transport, settings, headers: {}, limit: 1000, signal: new AbortController().signal };
  return { id: (await authenticate(asking)).id, sent };
}

function bodyOf(outgoing: Outgoing | undefined): unknown {
  return JSON.parse(typeof outgoing?.body === 'string' ? outgoing.body : '') as unknown;
}

const RECEIPT: Answer = {
  status: 401,
  headers: { 'openstack-auth-receipt': 'r1' },
  text: JSON.stringify({ receipt: { methods: ['password'] }, required_auth_methods: [['password', 'totp']] }),
};

test.each([
  ['https://k.example.com:5000/v3', '/v3/auth/tokens'],
  ['https://k.example.com:5000/v3/', '/v3/auth/tokens'],
  ['https://k.example.com:5000', '/v3/auth/tokens'],
  ['https://k.example.com/identity', '/identity/v3/auth/tokens'],
  ['https://k.example.com/identity/v2.0', '/identity/v3/auth/tokens'],
])('Keystone at %s is asked at %s', async (authUrl, path) => {
  const { sent } = await ask({ authUrl, login: { type: 'token', token: 't0' } }, [TOKEN]);
  expect(sent[0]?.url.pathname).toBe(path);
});

test.each([[undefined], ['keystone'], ['ftp://k.example.com']])('%s is no address of Keystone', async (authUrl) => {
  await expect(ask({ authUrl, login: { type: 'token', token: 't0' } }, [])).rejects.toMatchObject({
    reason: 'settings',
  });
});

test('a receipt is answered with the factor that is missing', async () => {
  const factor: Factor = { type: 'totp', user, passcode: () => Promise.resolve('123456') };
  const settings: CloudSettings = {
    authUrl: 'https://k.example.com/v3',
    login: { type: 'password', user, password: 'secret', scope },
    answerReceipt: ({ required }) => Promise.resolve(required.flat().includes('totp') ? [factor] : []),
  };
  const { id, sent } = await ask(settings, [RECEIPT, TOKEN]);
  expect(id).toBe('t1');
  expect(sent[1]?.headers['openstack-auth-receipt']).toBe('r1');
  expect(bodyOf(sent[1])).toEqual({
    auth: { identity: { methods: ['totp'], totp: { user: { id: 'u1', passcode: '123456' } } }, scope },
  });
});

test('a receipt that nobody answers is an error that has it', async () => {
  const login = { type: 'password', user, password: 'secret' } as const;
  await expect(ask({ authUrl: 'https://k.example.com/v3', login }, [RECEIPT])).rejects.toMatchObject({
    ...{ reason: 'unauthorized', receipt: { id: 'r1' } },
  });
});

test('several factors go at once', async () => {
  const factors: readonly Factor[] = [
    { type: 'password', user, password: 'secret' },
    { type: 'totp', user, passcode: '123456' },
  ];
  const { sent } = await ask({ authUrl: 'https://k.example.com/v3', login: { type: 'multi-factor', factors } }, [
    TOKEN,
  ]);
  expect(bodyOf(sent[0])).toMatchObject({ auth: { identity: { methods: ['password', 'totp'] } } });
});

test("an identity provider's word gets a token, and that one for the project", async () => {
  const login = {
    ...({ type: 'oidc-access-token', identityProvider: 'corp', protocol: 'openid', accessToken: 'a1', scope } as const),
  };
  const first = { ...TOKEN, headers: { 'x-subject-token': 'unscoped' } };
  const { id, sent } = await ask({ authUrl: 'https://k.example.com', login }, [first, TOKEN]);
  expect(id).toBe('t1');
  expect(sent.map(({ url }) => url.pathname)).toEqual([
    '/v3/OS-FEDERATION/identity_providers/corp/protocols/openid/auth',
    '/v3/auth/tokens',
  ]);
  expect(sent[0]?.headers['authorization']).toBe('Bearer a1');
  expect(bodyOf(sent[1])).toEqual({ auth: { identity: { methods: ['token'], token: { id: 'unscoped' } }, scope } });
});

test.each([
  [
    'a login that is gone',
    '{"error":{"code":404,"message":"Could not find Application Credential: c1.","title":"Not Found"}}',
    'unauthorized',
  ],
  ['an address that is none of Keystone', '<html><h1>404 Not Found</h1></html>', 'bad-answer'],
])('%s is not taken for a thing that is gone', async (_what, text, reason) => {
  const login = { type: 'application-credential', credential: { id: 'c1' }, secret: 's1' } as const;
  const asked = ask({ authUrl: 'https://k.example.com', login }, [{ status: 404, headers: {}, text }]);
  await expect(asked).rejects.toMatchObject({ reason, status: 404 });
});

test('who answers without a token is no Keystone', async () => {
  const page: Answer = { status: 200, headers: {}, text: '<html>Welcome</html>' };
  await expect(
    ask({ authUrl: 'https://www.example.com', login: { type: 'token', token: 't' } }, [page]),
  ).rejects.toMatchObject({
    reason: 'bad-answer',
  });
});
