import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, base64, directory, listen, serve } from '../lookup-servers.ts';

describe('consul_key', () => {
  test('reads the value of a key, with the token', async () => {
    const { address, asked } = await serve({ 'GET /v1/kv/app/na%20me': [{ Key: 'app/na me', Value: base64('wért') }] });
    const environment = { CONSUL_HTTP_ADDR: address.slice('http://'.length), CONSUL_HTTP_TOKEN: 'secret' };
    expect(await ask('<{{ consul_key `app/na me` }}>', environment)).toBe('<wért>');
    expect(asked[0]?.headers['x-consul-token']).toBe('secret');
  });

  test('asks once for what two texts want, and once for each key', async () => {
    const { address, asked } = await serve({
      'GET /v1/kv/a': [{ Value: base64('1') }],
      'GET /v1/kv/b': [{ Value: base64('2') }],
    });
    const text = '{{ consul_key `a` }}{{ consul_key `b` }}{{ consul_key `a` }}';
    expect(await ask(text, { CONSUL_HTTP_ADDR: address })).toBe('121');
    expect(asked).toHaveLength(2);
  });

  test('asks for a key that another answer names', async () => {
    const { address } = await serve({
      'GET /v1/kv/a': [{ Value: base64('b') }],
      'GET /v1/kv/b': [{ Value: base64('2') }],
    });
    expect(await ask('{{ consul_key (consul_key `a`) }}', { CONSUL_HTTP_ADDR: address })).toBe('2');
  });

  test('reads the token from a file, and a namespace', async () => {
    const file = join(directory, 'token');
    writeFileSync(file, 'from-file\n');
    const { address, asked } = await serve({ 'GET /v1/kv/a?ns=team': [{ Value: base64('1') }] });
    const environment = { CONSUL_HTTP_ADDR: address, CONSUL_HTTP_TOKEN_FILE: file, CONSUL_NAMESPACE: 'team' };
    expect(await ask('{{ consul_key `a` }}', environment)).toBe('1');
    expect(asked[0]?.headers['x-consul-token']).toBe('from-file');
  });

  test('works over a Unix socket', async () => {
    const socket = join(directory, 'consul.sock');
    await listen(
      createServer((_, response) => response.end(JSON.stringify([{ Value: base64('1') }]))),
      socket,
    );
    expect(await ask('{{ consul_key `a` }}', { CONSUL_HTTP_ADDR: `unix://${socket}` })).toBe('1');
  });

  test.each([
    ['a missing key', {}, 404, /Consul has no key "a"/],
    ['an empty key', { 'GET /v1/kv/a': [{ Value: null }] }, 404, /the key "a" is empty/],
    ['a refusal', {}, 403, /refuses with status 403/],
    ['a page that is no JSON', { 'GET /v1/kv/a': '<html>' }, 404, /status 200 and no JSON/],
  ])('%s is an error at the place of the call', async (_, answers, status, message) => {
    const { address } = await serve(answers, status);
    const asking = ask('x {{ consul_key `a` }}', { CONSUL_HTTP_ADDR: address });
    await expect(asking).rejects.toThrow(message);
    await expect(asking).rejects.toMatchObject({ name: 'InterpolationError', offset: 5, length: 10 });
  });

  test('a server that is not there is an error that says where it should be', async () => {
    const asking = ask('{{ consul_key `a` }}', { CONSUL_HTTP_ADDR: '127.0.0.1:1' });
    await expect(asking).rejects.toThrow(/http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
  });

  test('cancelling ends the wait with the reason of the signal', async () => {
    const cancel = new AbortController();
    const port = await listen(
      createServer(() => {
        cancel.abort(new Error('enough'));
      }),
    );
    const asking = ask('{{ consul_key `a` }}', { CONSUL_HTTP_ADDR: `127.0.0.1:${String(port)}` }, cancel.signal);
    await expect(asking).rejects.toThrow('enough');
  });
});
