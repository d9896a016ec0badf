import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestEc2, type TestEc2 } from '../../../support/ec2/index.ts';
import { startMetadataServer } from '../../../support/ec2/places/metadata-server.ts';
import { SSO_TOKEN } from '../../../support/ec2/other-services/sso.ts';
import { webIdentityToken } from '../../../support/ec2/protocol/unsigned.ts';
import { guardedProfile } from '../../../support/ec2/places/mfa-profile.ts';
import { ask, directory, listen } from '../lookup-servers.ts';

const ROLE = 'arn:aws:iam::123456789012:role/builder';
const START = 'https://portal.example/start';
const HOUR = 3_600_000;

interface Place extends AsyncDisposable {
  readonly ec2: TestEc2;
  /** AWS's configuration file, and a home directory around it. */
  readonly home: string;
  readonly asked: readonly IncomingMessage[];
  /** Looks the secret up with these variables beside those of the place, which have no keys. */
  readonly lookUp: (environment?: Readonly<Record<string, string>>, text?: string) => Promise<string>;
  readonly configure: (text: string) => void;
  /** Who has asked for a secret, by name. */
  readonly callers: () => readonly (string | undefined)[];
}

/** A test AWS, and a Secrets Manager whose secret every one of its identities may read. */
async function place(statuses: number[] = []): Promise<Place> {
  const ec2 = await startTestEc2();
  const home = mkdtempSync(join(directory, 'home-'));
  const asked: IncomingMessage[] = [];
  const identityOf = ({ headers }: IncomingMessage): string | undefined => {
    const key = /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    return ec2.world.identities.get(key)?.arn;
  };
  const server = createServer((request, response) => {
    asked.push(request);
    const status = statuses.shift() ?? 200;
    const refusal = { __type: status === 400 ? 'ExpiredTokenException' : 'AccessDeniedException', message: 'no' };
    const answer = status === 200 ? { SecretString: 'hush' } : refusal;
    request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(answer)));
  });
  const secrets = `http://127.0.0.1:${String(await listen(server))}`;
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...environment } = ec2.environment;
  const config = join(home, 'config');
  writeFileSync(config, '');
  return {
    ec2,
    home,
    asked,
    configure: (text) => writeFileSync(config, text),
    lookUp: (more = {}, text = '{{ aws_secretsmanager `app` }}') => {
      const own = { HOME: home, AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets };
      return ask(text, { ...environment, ...own, ...more });
    },
    callers: () => asked.map(identityOf),
    [Symbol.asyncDispose]: () => ec2.stop(),
  };
}

function keysOf({ credentials }: TestEc2): string {
  return `aws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}\n`;
}

describe('aws_secretsmanager asks as a build would, with', () => {
  test('a profile that takes on a role', async () => {
    await using at = await place();
    at.configure(`[profile base]\n${keysOf(at.ec2)}[profile end]\nrole_arn = ${ROLE}\nsource_profile = base\n`);
    expect(await at.lookUp({ AWS_PROFILE: 'end' })).toBe('hush');
    expect(at.callers()).toEqual([expect.stringContaining('assumed-role/builder/')]);
  });

  test('a credential_process, which runs once for two secrets and again when its credentials have run out', async () => {
    await using at = await place([200, 200, 400]);
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = at.ec2.credentials;
    const answer = JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey });
    const [program, runs] = [join(at.home, 'give'), join(at.home, 'runs')];
    writeFileSync(program, `#!/bin/sh\necho run >>${runs}\necho '${answer}'\n`);
    chmodSync(program, 0o755);
    at.configure(`[profile outside]\ncredential_process = ${program}\n`);
    const two = '{{ aws_secretsmanager `app` }} {{ aws_secretsmanager_raw `app` }}';
    expect(await at.lookUp({ AWS_PROFILE: 'outside' }, two)).toBe('hush hush');
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
    expect(await at.lookUp({ AWS_PROFILE: 'outside' })).toBe('hush');
    expect(readFileSync(runs, 'utf8')).toBe('run\nrun\n');
  });

  test('a web identity', async () => {
    await using at = await place();
    const file = join(at.home, 'token');
    writeFileSync(file, webIdentityToken('system:serviceaccount:ci:baker', Date.now() + HOUR));
    expect(await at.lookUp({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE })).toBe('hush');
    expect(at.callers()).toEqual([expect.stringContaining('assumed-role/builder/')]);
  });

  function signOn(at: Place, ends: number): void {
    at.configure(
      `[profile person]\nsso_start_url = ${START}\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Baker\n`,
    );
    const cache = join(at.home, '.aws/sso/cache');
    mkdirSync(cache, { recursive: true });
    const token = { startUrl: START, accessToken: SSO_TOKEN, expiresAt: new Date(ends).toISOString() };
    writeFileSync(join(cache, `${createHash('sha1').update(START).digest('hex')}.json`), JSON.stringify(token));
  }

  test('the session of single sign-on', async () => {
    await using at = await place();
    signOn(at, Date.now() + HOUR);
    expect(await at.lookUp({ AWS_PROFILE: 'person' })).toBe('hush');
    expect(at.callers()).toEqual([expect.stringContaining('assumed-role/Baker/')]);
  });

  test('the role and the region of the machine, whose metadata service may be named with a slash at its end', async () => {
    await using at = await place();
    await using machine = await startMetadataServer(at.ec2.world, 'runner', 'us-east-1');
    const environment = {
      AWS_REGION: '',
      AWS_DEFAULT_REGION: '',
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `${machine.address}/`,
    };
    expect(await at.lookUp(environment)).toBe('hush');
    expect(at.callers()).toEqual([expect.stringContaining('assumed-role/runner/')]);
    expect(at.asked[0]?.headers.authorization).toContain('/us-east-1/secretsmanager/');
  });

  test('and says what to do when a session has run out', async () => {
    await using at = await place();
    signOn(at, Date.now() - HOUR);
    const asking = at.lookUp({ AWS_PROFILE: 'person' });
    await expect(asking).rejects.toThrow(/no AWS credentials: .*; the profile person: The SSO session .* has expired/);
    await expect(asking).rejects.toMatchObject({ hint: 'get a new session with "aws sso login"' });
    expect(at.asked).toEqual([]);
  });

  test('but not the code of an MFA device, for which it says what else will do', async () => {
    await using at = await place();
    at.configure(guardedProfile(at.ec2));
    const asking = at.lookUp({ AWS_PROFILE: 'guarded' });
    await expect(asking).rejects.toThrow(/code of an MFA device, which a variable cannot ask for: use the keys of/);
  });
});

test('a server that fails for a moment is asked again, and one that refuses is not', async () => {
  await using at = await place([500, 503, 200, 403]);
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'x' };
  expect(await at.lookUp(keys)).toBe('hush');
  expect(at.asked).toHaveLength(3);
  await expect(at.lookUp({ ...keys, AWS_SESSION_TOKEN: 'x' })).rejects.toThrow(/refuses "app" with AccessDeniedEx/);
  expect(at.asked).toHaveLength(4);
});
