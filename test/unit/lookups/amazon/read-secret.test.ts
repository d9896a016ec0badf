import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { signedHeaders } from '../../../../builders/_amazon/api/secrets-manager/connect.ts';
import { ask, directory, listen, serve } from '../lookup-servers.ts';

describe('aws_secretsmanager', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'hush', AWS_REGION: 'eu-central-1' };
  const secrets: Readonly<Record<string, object>> = {
    plain: { SecretString: 'just text' },
    one: { SecretString: '{"only":"value"}' },
    two: { SecretString: '{"a":"1","port":22.4,"list":[]}' },
    list: { SecretString: '[1,2]' },
    binary: { SecretBinary: 'AAAA' },
  };

  async function secretsManager(): Promise<{ readonly address: string; readonly asked: IncomingMessage[] }> {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      void textOf(request).then((body) => {
        const { SecretId: name } = JSON.parse(body) as { SecretId: string };
        const found = secrets[name];
        const answer = found ?? { __type: 'com.amazonaws#ResourceNotFoundException', Message: 'no such secret' };
        response.writeHead(found === undefined ? 400 : 200).end(JSON.stringify(answer));
      });
    });
    return { address: `http://127.0.0.1:${String(await listen(server))}`, asked };
  }

  test('gives plain secrets whole, and values of JSON secrets by key', async () => {
    const { address, asked } = await secretsManager();
    const environment = { ...keys, AWS_ENDPOINT_URL: address, AWS_SESSION_TOKEN: 'session' };
    const text =
      '{{ aws_secretsmanager `plain` }} {{ aws_secretsmanager `plain` `x` }} {{ aws_secretsmanager `one` }} {{ aws_secretsmanager `two` `a` }} {{ aws_secretsmanager `two` `port` }} {{ aws_secretsmanager_raw `one` }}';
    expect(await ask(text, environment)).toBe('just text just text value 1 22 {"only":"value"}');
    expect(asked[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/secretsmanager\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
      ) as string,
    });
  });

  test('a signature is the one that AWS publishes for the request post-vanilla of its test suite', async () => {
    const url = new URL('https://example.amazonaws.com/');
    const request = { url, region: 'us-east-1', service: 'service', headers: {}, body: '' };
    const credentials = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    };
    const identity = (): Promise<typeof credentials> => Promise.resolve(credentials);
    const headers = await signedHeaders(request, identity, new Date('2015-08-30T12:36:00Z'));
    expect(headers['authorization']).toContain(
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  test.each([
    ['nope', '', /refuses "nope" with ResourceNotFoundException: no such secret/],
    ['two', '', /several keys, and none is named/],
    ['two', 'zzz', /no key "zzz"/],
    ['two', 'list', /neither text nor a number/],
    ['list', '', /JSON but not an object/],
    ['binary', '', /binary, not text/],
    ['', '', /name is empty/],
  ])('the secret %j with the key %j is an error', async (name, key, message) => {
    const { address } = await secretsManager();
    const text = `{{ aws_secretsmanager "${name}" "${key}" }}`;
    await expect(ask(text, { ...keys, AWS_ENDPOINT_URL: address })).rejects.toThrow(message);
  });

  test('keys and region come from the profile when the environment has none', async () => {
    const home = mkdtempSync(join(directory, 'home-'));
    const [config, credentials] = [join(home, 'config'), join(home, 'credentials')];
    writeFileSync(config, '[profile web]\nregion = us-west-2\n');
    writeFileSync(
      credentials,
      '# comment\n[default]\naws_access_key_id = no\n\n[web]\naws_access_key_id = AKWEB\naws_secret_access_key=s=\n',
    );
    const { address, asked } = await secretsManager();
    const environment = {
      AWS_PROFILE: 'web',
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: address,
    };
    expect(await ask('{{ aws_secretsmanager `one` }}', environment)).toBe('value');
    expect(asked[0]?.headers.authorization).toMatch(/Credential=AKWEB\/\d{8}\/us-west-2\//);
  });

  test('keys come from the role of the container, or else of the machine', async () => {
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    const role = { Code: 'Success', AccessKeyId: 'AKROLE', SecretAccessKey: 's', Token: 'session', Expiration };
    const metadata = await serve({
      'GET /keys': { ...role, AccessKeyId: 'AKTASK' },
      'PUT /latest/api/token': 'token',
      'GET /latest/meta-data/iam/security-credentials/': 'web-role',
      'GET /latest/meta-data/iam/security-credentials/web-role': role,
    });
    const { address, asked } = await secretsManager();
    const environment = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: address, HOME: directory };
    const container = { ...environment, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${metadata.address}/keys` };
    const machine = { ...environment, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.address };
    for (const each of [container, machine]) expect(await ask('{{ aws_secretsmanager `one` }}', each)).toBe('value');
    expect(asked.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([
      'AKTASK',
      'AKROLE',
    ]);
    expect(metadata.asked.at(-1)?.headers['x-aws-ec2-metadata-token']).toBe('token');
  });

  test('without a region or keys the error says what to set', async () => {
    const nowhere = { HOME: directory, AWS_EC2_METADATA_DISABLED: 'true' };
    await expect(ask('{{ aws_secretsmanager `a` }}', nowhere)).rejects.toMatchObject({ hint: 'set AWS_REGION' });
    const asking = ask('{{ aws_secretsmanager `a` }}', { ...nowhere, AWS_REGION: 'us-east-1' });
    await expect(asking).rejects.toThrow(/no AWS credentials/);
  });

  test('a profile may be written with spaces and other sections around it', async () => {
    const file = join(mkdtempSync(join(directory, 'home-')), 'config');
    const keys = 'aws_access_key_id = AKWEB \naws_secret_access_key = s=\n';
    writeFileSync(file, `x = 1\n  [profile a]  \n${keys}s3 =\n  inner = 1\n[profile b]\r\naws_access_key_id=AKNO\r\n`);
    const { address, asked } = await secretsManager();
    const environment = { AWS_PROFILE: 'a', AWS_CONFIG_FILE: file, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: address };
    expect(await ask('{{ aws_secretsmanager `one` }}', environment)).toBe('value');
    expect(asked[0]?.headers.authorization).toContain('Credential=AKWEB/');
  });
});
