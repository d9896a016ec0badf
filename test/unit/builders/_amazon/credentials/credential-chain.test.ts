import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { amazonPlace, type AmazonPlace } from '../../../../support/ec2/amazon-run.ts';
import { CONTAINER_AUTHORIZATION, startMetadataServer } from '../../../../support/ec2/places/metadata-server.ts';
import { SSO_REFRESH_TOKEN, SSO_TOKEN } from '../../../../support/ec2/other-services/sso.ts';
import { webIdentityToken } from '../../../../support/ec2/protocol/unsigned.ts';
import { startVaultServer } from '../../../../support/ec2/places/vault-server.ts';
import { guardedProfile, MFA_SERIAL } from '../../../../support/ec2/places/mfa-profile.ts';

const ROLE = 'arn:aws:iam::123456789012:role/builder';
const START = 'https://portal.example/start';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-chain-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A place whose environment has no keys; `config` are AWS's configuration files. */
async function placeWith(config: (place: AmazonPlace) => string = () => ''): Promise<AmazonPlace> {
  const place = await amazonPlace();
  Reflect.deleteProperty(process.env, 'AWS_ACCESS_KEY_ID');
  Reflect.deleteProperty(process.env, 'AWS_SECRET_ACCESS_KEY');
  const file = join(directory, `config-${place.ec2.endpoint.replace(/\D/g, '')}`);
  writeFileSync(file, config(place));
  process.env['AWS_CONFIG_FILE'] = file;
  process.env['HOME'] = directory;
  return place;
}

function keysOf({ ec2 }: AmazonPlace): string {
  const { accessKeyId, secretAccessKey } = ec2.credentials;
  return `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

/** The least that a build can be. */
const QUICK: JsonObject = { skip_create_ami: true };

/** Who made the calls of EC2, by name. */
function callers(place: AmazonPlace): readonly string[] {
  return [...new Set(place.ec2.calls.filter(({ service }) => service === 'ec2').map(({ caller }) => caller))];
}

describe('a profile', () => {
  it('takes on one role after another by source_profile', async () => {
    await using place = await placeWith(
      (at) =>
        `[profile base]\n${keysOf(at)}[profile middle]\nrole_arn = ${ROLE}-1\nsource_profile = base\n` +
        `[profile end]\nrole_arn = ${ROLE}-2\nsource_profile = middle\nexternal_id = x\n`,
    );
    const { report } = await place.bake({ ...QUICK, profile: 'end' });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('AssumeRole')).toMatchObject([{ RoleArn: `${ROLE}-1` }, { RoleArn: `${ROLE}-2` }]);
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/builder-2/')]);
  });

  const withMfa = ({ ec2 }: AmazonPlace): string => guardedProfile(ec2);

  it('gives the code of its MFA device from mfa_code', async () => {
    await using place = await placeWith(withMfa);
    const { report, said } = await place.bake({ ...QUICK, profile: 'guarded', mfa_code: '123456' });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('AssumeRole')).toMatchObject([{ SerialNumber: MFA_SERIAL, TokenCode: '123456' }]);
    expect(said.join('\n')).not.toContain('123456');
  });

  it('asks for the code of its MFA device at the terminal, once for all regions, and again when the session has run out', async () => {
    await using place = await placeWith(withMfa);
    place.ec2.plan({ call: 'StopInstances', error: { code: 'RequestExpired', message: 'Request has expired.' } });
    const questions: string[] = [];
    const ask = (question: string): Promise<string> => {
      questions.push(question);
      return Promise.resolve(`00000${String(questions.length)}`);
    };
    const { report } = await place.bake({ profile: 'guarded', ami_regions: ['us-west-2'] }, { ask });
    expect(report.failure).toBeUndefined();
    expect(questions).toEqual(Array(2).fill(`Code of the MFA device ${MFA_SERIAL}: `));
  });

  it.each([
    ['nobody can be asked', {}, /there is no terminal to ask at: set mfa_code/],
    ['the code is wrong', { mfa_code: '000000' }, /the profile guarded: MultiFactorAuthentication failed/],
  ])('with an MFA device fails when %s, and says so', async (_, options, message) => {
    await using place = await placeWith(withMfa);
    const { report } = await place.bake({ ...QUICK, profile: 'guarded', ...options });
    expect(report.failure).toMatchObject({ code: 'AMAZON_CREDENTIALS' });
    expect(report.failure?.message).toMatch(message);
  });

  it('runs its credential_process, anew when the credentials have run out', async () => {
    await using place = await placeWith();
    const counter = join(directory, 'runs');
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = place.ec2.credentials;
    const answer = JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey });
    writeFileSync(join(directory, 'give'), `#!/bin/sh\necho run >>${counter}\necho '${answer}'\n`, { mode: 0o755 });
    writeFileSync(process.env['AWS_CONFIG_FILE'] ?? '', `[profile outside]\ncredential_process = ${directory}/give\n`);
    place.ec2.plan({ call: 'StopInstances', error: { code: 'ExpiredToken', message: 'expired' } });
    const { report } = await place.bake({ ...QUICK, profile: 'outside' });
    expect(report.failure).toBeUndefined();
    expect((await import('node:fs')).readFileSync(counter, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('that is not there is not replaced by another identity', async () => {
    await using place = await placeWith();
    await using machine = await startMetadataServer(place.ec2.world);
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.address,
    });
    const { report } = await place.bake({ ...QUICK, profile: 'nobody' });
    expect(report.failure).toMatchObject({ code: 'AMAZON_CREDENTIALS' });
    expect(report.failure?.message).toMatch(/the profile nobody: Could not resolve credentials/);
    expect(machine.asked).toEqual([]);
  });
});

describe('single sign-on', () => {
  function cacheToken(key: string, token: object): void {
    const cache = join(directory, '.aws/sso/cache');
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, `${createHash('sha1').update(key).digest('hex')}.json`), JSON.stringify(token));
  }
  const account = 'sso_account_id = 123456789012\nsso_role_name = Baker\n';
  const later = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

  it('uses the session that "aws sso login" left', async () => {
    await using place = await placeWith(
      () => `[profile person]\nsso_start_url = ${START}\nsso_region = eu-west-1\n${account}`,
    );
    cacheToken(START, { startUrl: START, accessToken: SSO_TOKEN, expiresAt: later(3_600_000) });
    const { report } = await place.bake({ ...QUICK, profile: 'person' });
    expect(report.failure).toBeUndefined();
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/Baker/')]);
  });

  it('renews a session that has run out and may be renewed', async () => {
    await using place = await placeWith(
      () =>
        `[profile person]\nsso_session = work\n${account}` +
        `[sso-session work]\nsso_start_url = ${START}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n`,
    );
    cacheToken('work', {
      startUrl: START,
      accessToken: 'old',
      expiresAt: later(-1000),
      clientId: 'client',
      clientSecret: 'hush-client',
      registrationExpiresAt: later(3_600_000),
      refreshToken: SSO_REFRESH_TOKEN,
    });
    const { report } = await place.bake({ ...QUICK, profile: 'person' });
    expect(report.failure).toBeUndefined();
    expect(place.calls().slice(0, 2)).toEqual(['CreateToken', 'GetRoleCredentials']);
  });

  it('says how to get a new session when the old one has run out', async () => {
    await using place = await placeWith(
      () => `[profile person]\nsso_start_url = ${START}\nsso_region = us-east-1\n${account}`,
    );
    cacheToken(START, { startUrl: START, accessToken: SSO_TOKEN, expiresAt: later(-1000) });
    const { report } = await place.bake({ ...QUICK, profile: 'person' });
    expect(report.failure?.message).toMatch(/the profile person: The SSO session .* has expired/);
    expect(report.failure?.hint).toContain('aws sso login');
  });
});

describe('a web identity', () => {
  const hour = 3_600_000;

  it('is taken from the variables that Kubernetes sets', async () => {
    await using place = await placeWith();
    const file = join(directory, 'token');
    writeFileSync(file, webIdentityToken('system:serviceaccount:ci:baker', Date.now() + hour));
    Object.assign(process.env, { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE });
    const { report } = await place.bake(QUICK);
    expect(report.failure).toBeUndefined();
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/builder/')]);
  });

  it('is taken from the file of assume_role_with_web_identity, read anew each time, and on with it the role', async () => {
    await using place = await placeWith();
    const file = join(directory, 'token');
    writeFileSync(file, webIdentityToken('one', Date.now() + hour));
    place.ec2.plan({ call: 'StopInstances', error: { code: 'RequestExpired', message: 'Request has expired.' } });
    const { report } = await place.bake({
      ...QUICK,
      assume_role_with_web_identity: { role_arn: ROLE, web_identity_token_file: file, duration_seconds: 900 },
      assume_role: { role_arn: `${ROLE}-2` },
    });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('AssumeRoleWithWebIdentity')).toMatchObject(
      Array(2).fill({ RoleArn: ROLE, RoleSessionName: 'kiln', DurationSeconds: 900 }),
    );
    expect(callers(place).every((caller) => caller.includes('assumed-role/builder-2/kiln'))).toBe(true);
  });

  it.each([
    ['has expired', () => webIdentityToken('one', Date.now() - hour), /Token expired.*ExpiredTokenException/],
    ['is none', () => 'hush-hush', /not a valid JWT.*InvalidIdentityToken/],
  ])('whose token %s is refused, and the token is not shown', async (_, token, message) => {
    await using place = await placeWith();
    const web_identity_token = token();
    const { report } = await place.bake({
      ...QUICK,
      assume_role_with_web_identity: { role_arn: ROLE, web_identity_token },
    });
    expect(report.failure?.message).toMatch(/no credentials for AWS: assume_role_with_web_identity: /);
    expect(report.failure?.message).toMatch(message);
    expect(JSON.stringify(report)).not.toContain(web_identity_token);
  });
});

describe('what the machine is told of itself', () => {
  it("is the role's session of an instance, by version 2 of its metadata service, and its region", async () => {
    await using place = await placeWith();
    await using machine = await startMetadataServer(place.ec2.world, 'runner', 'us-east-1');
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.address,
    });
    Reflect.deleteProperty(process.env, 'AWS_REGION');
    Reflect.deleteProperty(process.env, 'AWS_DEFAULT_REGION');
    const { report } = await place.bake(QUICK);
    expect(report.failure).toBeUndefined();
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/runner/i-')]);
    expect(machine.asked).toContain('PUT /latest/api/token');
    expect(machine.asked).toContain('GET /latest/meta-data/placement/region');
  });

  it('is the session of a container', async () => {
    await using place = await placeWith();
    await using machine = await startMetadataServer(place.ec2.world);
    Object.assign(process.env, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.address}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: CONTAINER_AUTHORIZATION,
    });
    const { report } = await place.bake(QUICK);
    expect(report.failure).toBeUndefined();
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/task/')]);
  });

  it('is asked for anew when what it gave has run out in the middle of a build', async () => {
    await using place = await placeWith();
    await using machine = await startMetadataServer(place.ec2.world);
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.address,
    });
    const expire = setInterval(() => {
      const first = [...place.ec2.world.identities.values()].find(({ arn }) => arn.includes('/runner/'));
      const running = place.calls().includes('RunInstances');
      if (first === undefined || !running) return;
      first.expired = true;
      clearInterval(expire);
    }, 1);
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    const { identities } = place.ec2.world;
    expect([...identities.values()].filter(({ arn }) => arn.includes('/runner/'))).toHaveLength(2);
  });
});

describe('vault_aws_engine', () => {
  it('has Vault open a session, for the role and the time that are wanted', async () => {
    await using place = await placeWith();
    await using vault = await startVaultServer(place.ec2.world);
    Object.assign(process.env, vault.environment);
    const vault_aws_engine = { name: 'builder', role_arn: ROLE, ttl: '30m' };
    const { report } = await place.bake({ ...QUICK, vault_aws_engine });
    expect(report.failure).toBeUndefined();
    expect(vault.asked).toEqual([{ request: 'PUT /v1/aws/creds/builder', body: { role_arn: ROLE, ttl: '30m' } }]);
    expect(callers(place)).toEqual([expect.stringContaining('assumed-role/vault/')]);
  });

  it("waits until AWS knows a user's new keys", async () => {
    await using place = await placeWith();
    await using vault = await startVaultServer(place.ec2.world);
    Object.assign(process.env, vault.environment);
    const unknown = {
      code: 'AuthFailure',
      message: 'AWS was not able to validate the access credentials',
      status: 401,
    };
    place.ec2.plan({ call: 'DescribeImages', error: unknown });
    const { report } = await place.bake({ ...QUICK, vault_aws_engine: { name: 'user' } });
    expect(report.failure).toBeUndefined();
    expect(vault.asked).toEqual([{ request: 'GET /v1/aws/creds/user', body: undefined }]);
  });

  it('has Vault open another session before the first one ends', async () => {
    await using place = await placeWith();
    // Shorter than the time before its end in which a session is not used any more.
    await using vault = await startVaultServer(place.ec2.world, 60);
    Object.assign(process.env, vault.environment);
    const { report } = await place.bake({ ...QUICK, vault_aws_engine: { name: 'builder' } });
    expect(report.failure).toBeUndefined();
    expect(vault.asked.length).toBeGreaterThan(1);
  });

  it.each([
    ['the role is unknown', { name: 'nobody' }, {}, /vault_aws_engine: Vault has no role nobody in the engine aws/],
    [
      'the token is wrong',
      { name: 'user' },
      { VAULT_TOKEN: 'hush' },
      /Vault refuses with status 403: permission denied/,
    ],
  ])('says so when %s', async (_, vault_aws_engine, environment, message) => {
    await using place = await placeWith();
    await using vault = await startVaultServer(place.ec2.world);
    Object.assign(process.env, vault.environment, environment);
    const { report } = await place.bake({ ...QUICK, vault_aws_engine });
    expect(report.failure).toMatchObject({ code: 'AMAZON_CREDENTIALS' });
    expect(report.failure?.message).toMatch(message);
  });
});

describe('without credentials', () => {
  it('every source is named with why it has none', async () => {
    await using place = await placeWith();
    const { report } = await place.bake(QUICK);
    expect(report.failure).toMatchObject({ code: 'AMAZON_CREDENTIALS' });
    expect(report.failure?.message).toBe(
      'no credentials for AWS: the environment: Unable to find environment variable credentials.; ' +
        'the profile default: Could not resolve credentials using profile: [default] in configuration/credentials file(s).; ' +
        'the web identity token: Web identity configuration not specified; ' +
        "the machine's role: the metadata service is turned off",
    );
  });

  it('a source that is set up and does not work is not passed over', async () => {
    await using place = await placeWith(() => `[default]\ncredential_process = sh -c 'echo no session >&2; exit 1'\n`);
    const { report } = await place.bake(QUICK);
    expect(report.failure?.message).toMatch(/the profile default: Command failed: .*no session$/s);
  });

  it('a role that may not be taken on is named', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ ...QUICK, assume_role: { role_arn: ROLE.replace('builder', 'mfa') } });
    expect(report.failure?.message).toMatch(
      /^no credentials for AWS: the role arn:aws:iam::123456789012:role\/mfa: User: .* is not authorized to perform: sts:AssumeRole.*\(AccessDenied\)$/,
    );
  });
});

it('shows what STS decodes of a refusal with decode_authorization_messages', async () => {
  await using place = await amazonPlace();
  const encoded = Buffer.from('{"allowed":false,"action":"ec2:RunInstances"}').toString('base64url');
  const message = `You are not authorized to perform this operation. Encoded authorization failure message: ${encoded}`;
  place.ec2.plan({ call: 'RunInstances', error: { code: 'UnauthorizedOperation', message, status: 403 } });
  const { report } = await place.bake({ decode_authorization_messages: true, skip_credential_validation: true });
  expect(report.failure?.message).toContain('"action":"ec2:RunInstances"');
  expect(report.failure?.message).not.toContain(encoded);
});
