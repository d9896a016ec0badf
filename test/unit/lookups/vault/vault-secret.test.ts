import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, directory, listen, serve } from '../lookup-servers.ts';

describe('vault', () => {
  const token = { VAULT_TOKEN: 't' };

  test('reads version 1 and version 2 of the key-value store', async () => {
    const { address, asked } = await serve({
      'GET /v1/kv/app': { data: { password: 'one', data: 'plain' } },
      'GET /v1/secret/data/app': { data: { data: { password: 'two', port: 22 }, metadata: {} } },
    });
    const environment = { ...token, VAULT_ADDR: `${address}/`, VAULT_NAMESPACE: 'team' };
    const text =
      '{{ vault `kv/app` `password` }} {{ vault `kv/app` `data` }} {{ vault `/secret/data/app` `password` }} {{ vault `secret/data/app` `port` }}';
    expect(await ask(text, environment)).toBe('one plain two 22');
    expect(asked[0]?.headers).toMatchObject({
      'x-vault-token': 't',
      'x-vault-request': 'true',
      'x-vault-namespace': 'team',
    });
  });

  test('follows a standby server to the active one', async () => {
    const active = await serve({ 'GET /v1/kv/app': { data: { a: '1' } } });
    const standby = createServer((request, response) => {
      response.writeHead(307, { location: `${active.address}${request.url ?? ''}` }).end();
    });
    const address = `http://127.0.0.1:${String(await listen(standby))}`;
    expect(await ask('{{ vault `kv/app` `a` }}', { ...token, VAULT_ADDR: address })).toBe('1');
    expect(active.asked[0]?.headers['x-vault-token']).toBe('t');
  });

  test('does not follow in circles', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const circle: RequestListener = (request, response) =>
      void promise.then((address) => response.writeHead(307, { location: `${address}${request.url ?? ''}` }).end());
    const address = `http://127.0.0.1:${String(await listen(createServer(circle)))}`;
    resolve(address);
    await expect(ask('{{ vault `a` `b` }}', { ...token, VAULT_ADDR: address })).rejects.toThrow(/without end/);
  });

  test('believes the certificate authority that VAULT_CACERT names, and no other', async () => {
    const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        certificate,
        ...subject,
      ],
      { stdio: 'pipe' },
    );
    const answer = JSON.stringify({ data: { a: '1' } });
    const options = { key: readFileSync(key), cert: readFileSync(certificate) };
    const port = await listen(createSecureServer(options, (_, response) => response.end(answer)));
    const environment = { ...token, VAULT_ADDR: `https://127.0.0.1:${String(port)}` };
    expect(await ask('{{ vault `kv` `a` }}', { ...environment, VAULT_CACERT: certificate })).toBe('1');
    expect(await ask('{{ vault `kv` `a` }}', { ...environment, VAULT_SKIP_VERIFY: 'true' })).toBe('1');
    await expect(ask('{{ vault `kv` `a` }}', environment)).rejects.toThrow(/self-signed/);
    const missing = { ...environment, VAULT_CACERT: join(directory, 'nothing') };
    await expect(ask('{{ vault `kv` `a` }}', missing)).rejects.toThrow(/certificate file .* cannot be read/);
  });

  test.each([
    ['a missing secret', {}, 404, /Vault has no secret at "kv"/],
    ['a missing key', { 'GET /v1/kv': { data: { b: '1' } } }, 404, /the secret at "kv" has no "a"/],
    ['a value that is no text', { 'GET /v1/kv': { data: { a: ['1'] } } }, 404, /"a" in Vault is not a text/],
    ['a refusal', {}, 403, /refuses with status 403: permission denied/],
  ])('%s is an error', async (_, answers, status, message) => {
    const { address } = await serve(answers, status);
    await expect(ask('{{ vault `kv` `a` }}', { ...token, VAULT_ADDR: address })).rejects.toThrow(message);
  });

  test('without a token nothing is asked', async () => {
    await expect(ask('{{ vault `kv` `a` }}', {})).rejects.toThrow(/VAULT_TOKEN is not set/);
  });
});
