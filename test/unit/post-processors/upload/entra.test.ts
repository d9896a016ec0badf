import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startAzurite, type Azurite } from '../../../support/upload/azurite.ts';
import { failureOf, fileOf, noise, upload } from '../../../support/upload/upload.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-entra-'));
const [certificate, key] = [join(home, 'cert.pem'), join(home, 'key.pem')];
const tokenFile = join(home, 'federated');
const usual = { ...process.env };

let azurite: Azurite;
let entra: Server;
let authority = '';
/** Forms of the requests for tokens, in their order. */
const asked: Record<string, string>[] = [];
let seconds = 3600;
let status = 200;

/** A token as Entra ID makes it, but for the signature, which Azurite does not look at. */
function token(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/t/',
    iat: now,
    nbf: now - 5,
    exp: now + 60,
  };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, 'c2lnbmF0dXJl'].join('.');
}

function curl(method: string, path: string): string {
  const headers = [`authorization: Bearer ${token()}`, 'x-ms-version: 2023-11-03', 'content-length: 0'];
  const flags = ['-sS', '--fail-with-body', '--cacert', certificate, '-X', method];
  const url = `https://127.0.0.1:${azurite.port}/${azurite.account}/${path}`;
  return execFileSync('curl', [...flags, ...headers.flatMap((each) => ['-H', each]), url], { encoding: 'latin1' });
}

beforeAll(async () => {
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...options, ...subject], { stdio: 'pipe' });
  writeFileSync(tokenFile, 'what-the-cluster-says\n');
  entra = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    void text(request).then((form) => {
      asked.push({ path: request.url ?? '', ...Object.fromEntries(new URLSearchParams(form)) });
      const { client_secret: secret, client_assertion: assertion } = asked.at(-1) ?? {};
      const isKnown = secret === 's3cret&=' || assertion === 'what-the-cluster-says';
      const description = 'AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1';
      const answer = isKnown
        ? { token_type: 'Bearer', expires_in: seconds, access_token: token() }
        : { error: 'invalid_client', error_description: description };
      response.writeHead(isKnown ? status : 401, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      status = 200;
    });
  });
  await new Promise<void>((resolve) => entra.listen(0, '127.0.0.1', resolve));
  const address = entra.address();
  authority = typeof address === 'object' && address !== null ? `https://127.0.0.1:${address.port}/` : '';
  azurite = await startAzurite({ certificate, key });
  curl('PUT', 'images?restype=container');
}, 600_000);

afterAll(async () => {
  entra.close();
  await azurite.stop();
  rmSync(home, { recursive: true });
});

afterEach(() => {
  process.env = { ...usual };
  asked.length = 0;
  seconds = 3600;
});

/** Uploads two files to a directory of the container, with these variables. */
async function send(directory: string, variables: Readonly<Record<string, string>>): Promise<string | undefined> {
  const known = { AZURE_TENANT_ID: 'a-tenant', AZURE_CLIENT_ID: 'an-app', AZURE_AUTHORITY_HOST: authority };
  Object.assign(process.env, known, variables);
  const target = {
    url: `az://images/${directory}/`,
    account: azurite.account,
    endpoint: `https://127.0.0.1:${azurite.port}/${azurite.account}`,
    cacert: certificate,
  };
  const files = [await fileOf('disk', noise(20_000_000)), await fileOf('notes', Buffer.from(`notes of ${directory}`))];
  const run = await upload(files, { targets: [target], retry_for: '3s' });
  expect(JSON.stringify([run.lines, run.failure])).not.toMatch(/s3cret|what-the-cluster-says|eyJ/);
  return failureOf(run);
}

test('an application lets in by its secret, and one token is enough', async () => {
  status = 503;
  expect(await send('secret', { AZURE_CLIENT_SECRET: 's3cret&=' })).toBeUndefined();
  expect(curl('GET', 'images/secret/notes')).toBe('notes of secret');
  const request = {
    path: '/a-tenant/oauth2/v2.0/token',
    grant_type: 'client_credentials',
    client_id: 'an-app',
    client_secret: 's3cret&=',
    scope: 'https://storage.azure.com/.default',
  };
  expect(asked).toEqual([request, request]);
});

test('a workload identity lets in by its file, which is read anew for each token', async () => {
  seconds = 1;
  expect(await send('federated', { AZURE_FEDERATED_TOKEN_FILE: tokenFile })).toBeUndefined();
  expect(curl('GET', 'images/federated/notes')).toBe('notes of federated');
  expect(asked.length).toBeGreaterThan(3);
  expect(asked[0]).toMatchObject({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'what-the-cluster-says',
  });
});

test.each([
  [
    { AZURE_CLIENT_SECRET: 'wrong' },
    /^UPLOAD_REFUSED: Entra ID does not let in the application an-app of tenant a-tenant \(401\): AADSTS7000215: Invalid client secret provided\.$/,
  ],
  [
    { AZURE_CLIENT_SECRET: 's3cret&=', AZURE_CLIENT_ID: '' },
    /^UPLOAD_REFUSED: AZURE_CLIENT_SECRET is set and AZURE_CLIENT_ID is not/,
  ],
  [
    { AZURE_FEDERATED_TOKEN_FILE: '/no/file' },
    /^UPLOAD_REFUSED: the file \/no\/file of AZURE_FEDERATED_TOKEN_FILE cannot be read/,
  ],
  [
    { AZURE_CLIENT_SECRET: 's3cret&=', AZURE_AUTHORITY_HOST: 'http://login.example.com' },
    /^UPLOAD_REFUSED: .*is no address of https/,
  ],
  [{}, /^UPLOAD_REFUSED: there are no credentials for the storage account/],
])('with %j nothing is sent', async (variables, failure) => {
  expect(await send('refused', variables)).toMatch(failure);
});
