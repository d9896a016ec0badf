import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpServer, type Served } from '../../../builders/_shared/http/http-server.ts';
import { newHome } from './bake.ts';

const here = { bound: '127.0.0.1', ipv6Only: false };

async function serve(served: Served): Promise<string> {
  const server = await startHttpServer(served, here, { first: 18000, last: 19000 }, () => undefined);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return `http://127.0.0.1:${server.port}`;
}

/** What the server answers to a path that no client would send. */
function askRaw(url: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });
}

describe('the HTTP server for the guest', () => {
  it('serves the files of a directory and of those below', async () => {
    const home = newHome();
    mkdirSync(join(home, 'www/sub'), { recursive: true });
    writeFileSync(join(home, 'www/a b.txt'), 'text');
    writeFileSync(join(home, 'www/sub/index.html'), 'index');
    const url = await serve({ directory: join(home, 'www') });
    expect(await (await fetch(`${url}/a%20b.txt`)).text()).toBe('text');
    expect(await (await fetch(`${url}/sub/`)).text()).toBe('index');
    expect((await fetch(`${url}/a%20b.txt`, { method: 'HEAD' })).headers.get('content-length')).toBe('4');
    expect((await fetch(`${url}/none`)).status).toBe(404);
    expect((await fetch(`${url}/a%20b.txt`, { method: 'PUT', body: 'x' })).status).toBe(405);
  });

  it('serves nothing outside of the directory', async () => {
    const home = newHome();
    mkdirSync(join(home, 'www'));
    mkdirSync(join(home, 'www-private'));
    writeFileSync(join(home, 'secret'), 'secret');
    writeFileSync(join(home, 'www-private/secret'), 'secret');
    symlinkSync(join(home, 'secret'), join(home, 'www/link'));
    const url = await serve({ directory: join(home, 'www') });
    for (const path of ['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/..%2fwww-private/secret', '/link', '/%00']) {
      const answer = await askRaw(url, path);
      expect(answer).toMatch(/^HTTP\/1.1 404/);
      expect(answer).not.toContain('secret');
    }
  });

  it('serves given contents by their paths, with and without a slash in front', async () => {
    const url = await serve({ contents: { '/preseed.cfg': 'one', 'sub/two': 'two' } });
    expect(await (await fetch(`${url}/preseed.cfg`)).text()).toBe('one');
    expect(await (await fetch(`${url}/sub/two`)).text()).toBe('two');
    expect((await fetch(`${url}/toString`)).status).toBe(404);
  });

  it('says so when no port is free', async () => {
    const served = { contents: {} };
    const server = await startHttpServer(served, here, { first: 18000, last: 19000 }, () => undefined);
    onTestFinished(() => server[Symbol.asyncDispose]());
    const range = { first: server.port, last: server.port };
    await expect(startHttpServer(served, here, range, () => undefined)).rejects.toMatchObject({
      code: 'HTTP_NO_PORT',
    });
  });
});
