import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recallAccess, rememberAccess } from '../../../../../builders/_amazon/api/credentials/access.ts';
import { amazonPlace } from '../../../../support/ec2/amazon-run.ts';
import { expired } from '../../../../support/ec2/index.ts';

const ROLE = 'arn:aws:iam::123456789012:role/builder';

it('takes a profile of a credentials file, and on with it the role that is to be assumed', async () => {
  await using place = await amazonPlace();
  const directory = mkdtempSync(join(tmpdir(), 'kiln-aws-'));
  const { accessKeyId, secretAccessKey } = place.ec2.credentials;
  const file = join(directory, 'credentials');
  writeFileSync(file, `[baker]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  Reflect.deleteProperty(process.env, 'AWS_ACCESS_KEY_ID');
  Reflect.deleteProperty(process.env, 'AWS_SECRET_ACCESS_KEY');
  const { report } = await place.bake({
    profile: 'baker',
    shared_credentials_file: file,
    assume_role: { role_arn: ROLE, session_name: 'bake', duration_seconds: 900, external_id: 'x', tags: { a: 'b' } },
    skip_create_ami: true,
  });
  rmSync(directory, { recursive: true });
  expect(report.failure).toBeUndefined();
  expect(place.inputs('AssumeRole')).toMatchObject([
    { RoleArn: ROLE, RoleSessionName: 'bake', DurationSeconds: 900, ExternalId: 'x', Tags: [{ Key: 'a', Value: 'b' }] },
  ]);
  expect(place.left()).toEqual([]);
});

it('gets new credentials when AWS says that the old ones have expired, in the middle of a build', async () => {
  await using place = await amazonPlace();
  place.ec2.plan(expired('CreateImage'), expired('TerminateInstances'));
  const { report } = await place.bake();
  expect(report.failure).toBeUndefined();
  expect(place.ec2.unusedFaults()).toEqual([]);
});

it('says what to do when there are no credentials', async () => {
  await using place = await amazonPlace();
  Reflect.deleteProperty(process.env, 'AWS_ACCESS_KEY_ID');
  const { report } = await place.bake({ skip_metadata_api_check: true });
  expect(report.failure?.code).toBe('AMAZON_CREDENTIALS');
  expect(report.failure?.hint).toContain('AWS_PROFILE');
});

it('asks for a region when nothing names one', async () => {
  await using place = await amazonPlace();
  Reflect.deleteProperty(process.env, 'AWS_REGION');
  Reflect.deleteProperty(process.env, 'AWS_DEFAULT_REGION');
  const { report } = await place.bake();
  expect(report.failure?.code).toBe('AMAZON_REGION');
});

it('remembers no secrets for another process', () => {
  const options = {
    region: 'eu-west-1',
    profile: 'p',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'hush' },
    mfaCode: '654321',
    roles: [{ RoleArn: ROLE }],
    insecure: false,
    maxAttempts: 3,
    metadataService: true,
  };
  const access = rememberAccess(options, 'eu-west-1');
  expect(JSON.stringify(access)).not.toMatch(/hush|AKIA|654321/);
  expect(recallAccess(access)).toBe(options);
  const { credentials: _credentials, mfaCode: _code, ...open } = options;
  expect(access.options).toEqual(open);
});
