import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { googleLogin, LoginError, type LoginSettings } from '../../../../clients/google-login/index.ts';
import {
  startIdentityServer,
  type IdentityManners,
  type IdentityServer,
} from '../../../support/gce/identity/identity-server.ts';
import { keyFile, testAccount } from '../../../support/gce/identity/tokens.ts';

const account = testAccount();
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'google-login-'));
  for (const name of Object.keys(process.env))
    if (/^(GOOGLE|GCLOUD|CLOUDSDK|GCE|NO_GCE)_/.test(name)) vi.stubEnv(name, '');
  vi.stubEnv('CLOUDSDK_CONFIG', folder);
  vi.stubEnv('NO_GCE_CHECK', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function serve(manners: IdentityManners = {}): Promise<IdentityServer> {
  const server = await startIdentityServer({ account, ...manners });
  onTestFinished(() => server.close());
  return server;
}

function json(credentials: object, more: Partial<LoginSettings> = {}): LoginSettings {
  return { source: { type: 'json', text: JSON.stringify(credentials) }, scopes, ...more };
}

/** Whose token lets in. */
async function whoIs(settings: LoginSettings, { tokens }: IdentityServer): Promise<string | undefined> {
  const { authorization = '' } = await googleLogin(settings).headers('https://compute.googleapis.com/');
  return tokens.get(authorization.replace('Bearer ', ''));
}

async function refusal(settings: LoginSettings): Promise<LoginError> {
  const error: unknown = await googleLogin(settings)
    .headers()
    .catch((caught: unknown) => caught);
  if (error instanceof LoginError) return error;
  throw new Error('nothing was refused', { cause: error });
}

function user(token: string, url: string): object {
  return {
    type: 'authorized_user',
    client_id: 'id.apps.googleusercontent.com',
    client_secret: 'd-FL95Q19q7MQmFpd7hHD0Ty',
    refresh_token: token,
    token_uri: `${url}/token`,
  };
}

function federation(url: string, source: object): object {
  return {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/github',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/v1/token`,
    credential_source: source,
  };
}

describe('who is let in', () => {
  test('by the key of a service account, once for all calls', async () => {
    const server = await serve();
    const login = googleLogin(json(keyFile(account, `${server.url}/token`)));
    const headers = await Promise.all([login.headers(), login.headers(), login.headers()]);
    expect(new Set(headers.map(({ authorization }) => authorization)).size).toBe(1);
    expect(server.requests).toHaveLength(1);
    expect(server.tokens.get((headers[0]['authorization'] ?? '').slice(7))).toBe(account.email);
    expect(await login.projectId()).toBe('my-project');
    expect(await login.email()).toBe(account.email);
    expect(login.renew()).toBe(true);
    await login.headers();
    expect(server.requests).toHaveLength(2);
  });

  test('by a user’s login, whose address Google says', async () => {
    const server = await serve({ refreshToken: '1//good' });
    const settings = { ...json(user('1//good', server.url)), endpoints: { oauth2: server.url } };
    expect(await whoIs(settings, server)).toBe('user@example.com');
    expect(await googleLogin(settings).email()).toBe('user@example.com');
  });

  test('by the default credentials: the variable, then gcloud’s file, then the machine', async () => {
    const server = await serve({ refreshToken: '1//good', machine: true });
    const settings: LoginSettings = { source: { type: 'default' }, scopes };
    vi.stubEnv('NO_GCE_CHECK', '');
    vi.stubEnv('GCE_METADATA_HOST', server.url.replace('http://', ''));
    expect(await whoIs(settings, server)).toBe(account.email);
    expect(await googleLogin(settings).projectId()).toBe('machine-project');
    await writeFile(join(folder, 'application_default_credentials.json'), JSON.stringify(user('1//good', server.url)));
    expect(await whoIs(settings, server)).toBe('user@example.com');
    const key = join(folder, 'key.json');
    await writeFile(key, JSON.stringify(keyFile(account, `${server.url}/token`)));
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', key);
    expect(await whoIs(settings, server)).toBe(account.email);
  });

  test.each([
    ['a file', (path: string) => ({ file: path })],
    [
      'a file of JSON',
      (path: string) => ({ file: `${path}.json`, format: { type: 'json', subject_token_field_name: 'value' } }),
    ],
    ['a URL', (_path: string, url: string) => ({ url: `${url}/subject`, headers: { metadata: 'True' } })],
    ['a program', (path: string) => ({ executable: { command: `/bin/sh ${path}.sh`, timeout_millis: 5000 } })],
  ])('by the token of another identity provider, from %s', async (_name, source) => {
    const server = await serve({ subjectToken: 'ey.subject.token' });
    vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1');
    const path = join(folder, 'token');
    await writeFile(path, 'ey.subject.token');
    await writeFile(`${path}.json`, JSON.stringify({ value: 'ey.subject.token' }));
    const said = {
      ...{
        version: 1,
        success: true,
        token_type: 'urn:ietf:params:oauth:token-type:jwt',
        id_token: 'ey.subject.token',
      },
      expiration_time: Math.floor(Date.now() / 1000) + 3600,
    };
    await writeFile(`${path}.sh`, `echo '${JSON.stringify(said)}'\n`);
    expect(await whoIs(json(federation(server.url, source(path, server.url))), server)).toBe('principal');
  });

  test('by tokens that somebody else makes, anew before they end', async () => {
    let made = 0;
    const get = (): Promise<{ token: string; expires: number }> =>
      Promise.resolve({ token: `t${(made += 1)}`, expires: Date.now() + (made === 1 ? 60_000 : 3_600_000) });
    const login = googleLogin({ source: { type: 'tokens', get }, scopes });
    const seen = [await login.headers(), await login.headers(), await login.headers()];
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  });

  test('by an access token, and by no other when that is refused', async () => {
    const login = googleLogin({ source: { type: 'token', token: 'ya29.given' }, scopes });
    expect(await login.headers()).toEqual({ authorization: 'Bearer ya29.given' });
    expect(login.renew()).toBe(false);
  });
});

describe('impersonation', () => {
  const target = 'image@my-project.iam.gserviceaccount.com';
  test('of an account by way of others', async () => {
    const server = await serve({ mayImpersonate: [target] });
    const settings = json(keyFile(account, `${server.url}/token`), {
      impersonate: { account: target, delegates: ['between@my-project.iam.gserviceaccount.com'] },
      endpoints: { iamcredentials: server.url },
    });
    expect(await whoIs(settings, server)).toBe(target);
    expect(await googleLogin(settings).email()).toBe(target);
    const [asked] = server.requests.filter(({ path }) => path.includes('generateAccessToken'));
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      scope: scopes,
      lifetime: '3600s',
      delegates: ['projects/-/serviceAccounts/between@my-project.iam.gserviceaccount.com'],
    });
  });

  test('that a file of credentials asks for', async () => {
    const server = await serve({ mayImpersonate: [target], refreshToken: '1//good' });
    const credentials = {
      type: 'impersonated_service_account',
      service_account_impersonation_url: `${server.url}/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
      source_credentials: user('1//good', server.url),
    };
    expect(await whoIs(json(credentials), server)).toBe(target);
  });

  test('that is not allowed names the role', async () => {
    const server = await serve();
    const settings = json(keyFile(account, `${server.url}/token`), {
      impersonate: { account: target, delegates: [] },
      endpoints: { iamcredentials: server.url },
    });
    const { problem, message, hint } = await refusal(settings);
    expect(problem).toBe('refused');
    expect(message).toContain(target);
    expect(hint).toContain('roles/iam.serviceAccountTokenCreator');
  });
});

describe('who is not let in is told why', () => {
  test('a login that has ended', async () => {
    const server = await serve({ refreshToken: '1//other' });
    const { problem, message, hint } = await refusal(json(user('1//old', server.url)));
    expect(problem).toBe('refused');
    expect(message).toContain('Token has been expired or revoked');
    expect(hint).toContain('gcloud auth application-default login');
    expect(message).not.toContain('1//old');
  });

  test('a key that was deleted', async () => {
    const server = await serve({ account: testAccount() });
    const { message, hint } = await refusal(json(keyFile(account, `${server.url}/token`)));
    expect(message).toContain('Invalid JWT Signature');
    expect(hint).toContain('make a new key');
  });

  test('a clock that is wrong', async () => {
    const server = await serve();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3 * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    const settings = json(keyFile(account, `${server.url}/token`));
    vi.spyOn(server.manners, 'account', 'get').mockImplementation(() => {
      vi.setSystemTime(Date.now() + 3 * 3_600_000);
      return account;
    });
    expect((await refusal(settings)).hint).toContain('clock');
  });

  test('a private key that is damaged', async () => {
    const server = await serve();
    const broken = { ...account, privateKey: account.privateKey.replace(/MII.{40}/, 'MII') };
    const { problem, message, hint } = await refusal(json(keyFile(broken, `${server.url}/token`)));
    expect(problem).toBe('malformed');
    expect(hint).toContain('private key');
    expect(message).not.toContain('MII');
  });

  test('a program whose token must not be shown', async () => {
    const server = await serve();
    vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1');
    const path = join(folder, 'token.sh');
    await writeFile(path, 'echo no JSON but secret-token\n');
    const source = { executable: { command: `/bin/sh ${path}`, timeout_millis: 5000 } };
    expect((await refusal(json(federation(server.url, source)))).message).not.toContain('secret-token');
  });

  test('a program that may not run', async () => {
    const server = await serve();
    const source = { executable: { command: '/bin/false', timeout_millis: 5000 } };
    expect((await refusal(json(federation(server.url, source)))).hint).toContain('ALLOW_EXECUTABLES=1');
  });

  test('nobody', async () => {
    const { problem, message } = await refusal({ source: { type: 'default' }, scopes });
    expect(problem).toBe('missing');
    expect(message).toContain('GOOGLE_APPLICATION_CREDENTIALS is not set');
    expect(message).toContain(folder);
  });

  test('who names a file that is not there, or one of nothing known', async () => {
    const source = { type: 'file', path: join(folder, 'none.json') } as const;
    expect((await refusal({ source, scopes })).message).toContain('does not exist');
    await writeFile(source.path, '{"type": "service_account", "client_email": ');
    expect((await refusal({ source, scopes })).message).toBe(`${source.path} is no JSON`);
    await writeFile(source.path, '{"installed": {"client_secret": "GOCSPX-secret"}}');
    const { message } = await refusal({ source, scopes });
    expect(message).toContain('client of an application');
    expect(message).not.toContain('GOCSPX');
  });

  test('credentials of another universe', async () => {
    const settings = json(keyFile(account, 'http://127.0.0.1/', { universe_domain: 'other.example' }));
    expect((await refusal(settings)).hint).toBe('universe_domain has to be other.example');
  });

  test('by a server that does not answer, and one that is busy for a moment is asked again', async () => {
    const server = await serve({ busy: 1 });
    const settings = json(keyFile(account, `${server.url}/token`));
    expect(await whoIs(settings, server)).toBe(account.email);
    server.close();
    expect((await refusal(settings)).problem).toBe('unreachable');
  });

  test('on a machine without a service account', async () => {
    const server = await serve({ machine: true });
    Reflect.deleteProperty(server.manners, 'account');
    vi.stubEnv('NO_GCE_CHECK', '');
    vi.stubEnv('GCE_METADATA_HOST', server.url.replace('http://', ''));
    expect((await refusal({ source: { type: 'default' }, scopes })).message).toContain('has no service account');
  });
});
