import { expect, test } from 'vitest';
import { checkAccess } from '../../../../../builders/_googlecompute/credentials/check-access.ts';
import { openLogin } from '../../../../../builders/_googlecompute/credentials/open-login.ts';
import {
  loginOptions,
  recallLogin,
  rememberLogin,
  type LoginOptions,
} from '../../../../../builders/_googlecompute/credentials/login-options.ts';
import { relayRoot, serviceRoot } from '../../../../../builders/_googlecompute/credentials/service-root.ts';
import { StepError } from '../../../../../plugins/sdk/index.ts';

const universe_domain = 'googleapis.com';
const key = JSON.stringify({ type: 'service_account', client_email: 'a@b.c', private_key: 'secret-key' });

function complaints(config: Partial<LoginOptions>, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const context = {
    statPath: (path: string) => (path in files ? ('file' as const) : undefined),
    readStart: (path: string) => (path in files ? Buffer.from(files[path] ?? '') : undefined),
  };
  return checkAccess({ universe_domain, ...config }, context).map(
    ({ pointer, message, hint = '' }) => `${pointer} ${message} | ${hint}`,
  );
}

test('what is right is not complained about', () => {
  expect(complaints({})).toEqual([]);
  expect(complaints({ credentials_file: 'k.json' }, { 'k.json': key })).toEqual([]);
  expect(complaints({ account_file: 'k.json' }, { 'k.json': `\uFEFF${key}` })).toEqual([]);
  expect(complaints({ account_file: ` ${key}`, impersonate_service_account: 'x@p.iam.gserviceaccount.com' })).toEqual(
    [],
  );
  expect(complaints({ custom_endpoints: { iap: 'ws://127.0.0.1:1/', compute: 'http://127.0.0.1:1' } })).toEqual([]);
});

test.each<[Partial<LoginOptions>, string]>([
  [{ access_token: 't', credentials_json: key }, '/access_token access_token and credentials_json are both given'],
  [{ credentials_file: 'none.json' }, '/credentials_file no file "none.json"'],
  [{ credentials_json: '{"type":' }, '/credentials_json credentials_json is no JSON'],
  [
    { account_file: '{"type": "authorized_user", "refresh_token": "secret-key"}' },
    '/account_file account_file is of type authorized_user and has no client_id and no client_secret',
  ],
  [{ credentials_json: '{"type": "martian"}' }, '/credentials_json credentials_json has the type "martian"'],
  [{ impersonate_service_account: 'somebody' }, '/impersonate_service_account "somebody" is no e-mail address'],
  [{ impersonate_service_account_delegates: ['a@b.c'] }, 'needs impersonate_service_account'],
  [{ custom_endpoints: { compute: 'localhost' } }, '/custom_endpoints/compute "localhost" is no URL'],
])('%j', (config, complaint) => {
  const found = complaints(config);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(complaint);
  expect(found[0]).not.toContain('secret-key');
});

test('the journal gets no secret, and this process knows them', () => {
  for (const secret of ['credentials_json', 'access_token', 'account_file'] as const) {
    const options = loginOptions({ universe_domain, [secret]: key, custom_endpoints: { iap: `http://${secret}` } });
    const access = rememberLogin(options);
    expect(JSON.stringify(access)).not.toContain('secret-key');
    expect(recallLogin(access)).toEqual(options);
    const elsewhere = { ...access, here: 'another process' };
    expect(recallLogin(elsewhere)[secret]).toBe(key);
  }
  const path = rememberLogin(loginOptions({ universe_domain, account_file: 'k.json', access_token: 'one' }));
  expect(path.options).toEqual({ universe_domain, account_file: 'k.json' });
});

test('services are where the options say', () => {
  expect(serviceRoot('compute', { universe_domain })).toBe('https://compute.googleapis.com/');
  expect(serviceRoot('oauth2', { universe_domain: 'other.example' })).toBe('https://www.other.example/');
  expect(serviceRoot('oslogin', { universe_domain, custom_endpoints: { oslogin: 'http://h:1/x' } })).toBe(
    'http://h:1/x/',
  );
  expect(relayRoot({ universe_domain })).toBe('wss://tunnel.cloudproxy.app/v4/');
  expect(relayRoot({ universe_domain, custom_endpoints: { iap: 'http://127.0.0.1:9' } })).toBe('ws://127.0.0.1:9/');
});

test('what goes wrong names the option', async () => {
  const login = await openLogin({ universe_domain, credentials_json: '{"type": "none"}' });
  const error: unknown = await login.headers().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StepError);
  expect(error).toMatchObject({ code: 'GOOGLE_CREDENTIALS', pointer: '/credentials_json' });
});
