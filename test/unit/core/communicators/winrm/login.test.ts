import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CommunicatorOptions } from '../../../../../core/communicators/options.gen.ts';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { winrmOptionsFrom } from '../../../../../core/communicators/winrm/config.ts';
import { connectWinrm } from '../../../../../core/communicators/winrm/index.ts';
import { componentConfig } from '../../../../support/component-config.ts';
import { logInTo, PASSWORD, quietRun, winrmOptions } from '../../../../support/winrm/log-in.ts';
import { startWinrmServer, type WinrmServer, type WinrmServerOptions } from '../../../../support/winrm/server.ts';

const signal = new AbortController().signal;

async function serverWith(options: WinrmServerOptions): Promise<WinrmServer> {
  const server = await startWinrmServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

function config(given: JsonObject): CommunicatorOptions {
  return componentConfig('builders/null', { communicator: 'winrm', ...given });
}

test('options have the defaults of Packer', () => {
  expect(winrmOptionsFrom(config({ winrm_host: 'h', winrm_username: 'u' }))).toEqual({
    host: 'h',
    port: 5985,
    username: 'u',
    password: '',
    tls: false,
    insecure: false,
    ntlm: false,
    noProxy: false,
    timeout: 30 * 60_000,
    pauseBeforeConnecting: 0,
  });
  expect(winrmOptionsFrom(config({ winrm_use_ssl: true }))).toMatchObject({
    tls: true,
    port: 5986,
  });
  const known = { host: '10.0.0.9', port: 12, password: 'p' };
  expect(winrmOptionsFrom(config({ winrm_host: 'h', winrm_port: 1 }), known)).toMatchObject(known);
});

test('without an address it is said that none is known', async () => {
  await expect(connectWinrm(winrmOptions({ port: 1 }, { host: '' }), quietRun())).rejects.toMatchObject({
    code: 'WINRM_HOST_MISSING',
  });
});

test('a wrong password is tried until the time is up, and said at once', async () => {
  const server = await serverWith({ auth: 'ntlm' });
  const run = quietRun();
  await expect(logInTo(server, { ntlm: true, password: 'wrong', timeout: 2500 }, run)).rejects.toMatchObject({
    code: 'WINRM_TIMEOUT',
    message: expect.stringContaining('refuses the login of Administrator') as string,
  });
  expect(run.heard.filter((line) => line.includes('refuses the login'))).toHaveLength(1);
});

test('a guest that gets its password later is waited for', async () => {
  const server = await serverWith({ password: 'first boot' });
  const run = { ...quietRun(), warn: () => server.setPassword(PASSWORD) };
  const guest = await logInTo(server, {}, run);
  await guest.close();
});

test.each([
  ['basic', true, 'takes no NTLM logins; it offers Basic'],
  ['ntlm', false, 'takes no Basic logins; it offers Negotiate'],
] as const)('a guest that takes only %s says so', async (auth, ntlm, words) => {
  const server = await serverWith({ auth });
  await expect(logInTo(server, { ntlm, timeout: 1500 })).rejects.toMatchObject({
    message: expect.stringContaining(words) as string,
    hint: expect.any(String) as string,
  });
});

test('letters beyond ASCII are no matter to NTLM, nor is a challenge without a time', async () => {
  const server = await serverWith({ auth: 'ntlm', password: 'Pä$$ wörd €', withTimestamp: false });
  const guest = await logInTo(server, { ntlm: true, password: 'Pä$$ wörd €', username: 'GUEST\\administrator' });
  expect(server.complaints).toEqual([]);
  await guest.close();
});

test('what answers and is no WinRM is named by its HTTP status', async () => {
  const web = createServer((_request, response) => response.writeHead(404).end('<p>not here</p>'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void web.close());
  const { port } = web.address() as AddressInfo;
  const failure = connectWinrm(winrmOptions({ port }, { timeout: 500 }), quietRun());
  await expect(failure).rejects.toThrow("the guest's answer is none of WinRM's (HTTP status 404)");
});

test('a guest that is not there is waited for, and that can be cancelled', async () => {
  const cancelling = new AbortController();
  const run = { ...quietRun(cancelling.signal), debug: () => cancelling.abort() };
  await expect(connectWinrm(winrmOptions({ port: 1 }), run)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('with a pause, the guest is logged in to twice', async () => {
  const server = await serverWith({ auth: 'ntlm' });
  const run = quietRun();
  const guest = await logInTo(server, { ntlm: true, pauseBeforeConnecting: 100 }, run);
  expect(run.heard).toContain('WinRM answers; pausing 0.1 s before connecting');
  expect(server.logins()).toBe(2);
  await guest.close();
});

test('WinRM that answers before PowerShell does is not taken for ready', async () => {
  let tries = 0;
  const server = await serverWith({
    program: [
      process.execPath,
      '-e',
      `const fs=require('fs');const f='tries';const n=fs.existsSync(f);fs.writeFileSync(f,'');console.log(n?'WinRM connected.':'cannot load module')`,
    ],
    judge: ({ action }) => {
      if (action === 'Command') tries += 1;
      return 'answer';
    },
  });
  const run = quietRun();
  const guest = await logInTo(server, {}, run);
  expect(tries).toBe(2);
  expect(run.heard.join('\n')).toContain('PowerShell does not yet: cannot load module');
  await guest.close();
});

describe('over HTTPS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-winrm-tls-'));
  let tls: NonNullable<WinrmServerOptions['tls']>;
  beforeAll(() => {
    const [key, cert, der] = ['key.pem', 'cert.pem', 'cert.der'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-sha384', '-nodes', '-subj', '/CN=guest', '-days', '2'];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    execFileSync('openssl', ['x509', '-in', cert, '-outform', 'DER', '-out', der], { stdio: 'pipe' });
    // RFC 5929: the hash of the certificate by its own algorithm; MS-NLMP: MD5 of the structure around it.
    const data = Buffer.concat([
      Buffer.from('tls-server-end-point:'),
      createHash('sha384').update(readFileSync(der)).digest(),
    ]);
    const length = Buffer.from(Uint32Array.of(0, 0, 0, 0, data.length).buffer);
    const binding = createHash('md5')
      .update(Buffer.concat([length, data]))
      .digest();
    tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), binding };
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("a certificate of the guest's own is refused at once, with what to do", async () => {
    const server = await serverWith({ tls });
    await expect(logInTo(server, { tls: true })).rejects.toMatchObject({
      code: 'WINRM_CERTIFICATE',
      hint: expect.stringContaining('winrm_insecure') as string,
    });
  });

  test.each(['basic', 'ntlm'] as const)('winrm_insecure lets %s in', async (auth) => {
    const server = await serverWith({ tls, auth });
    const guest = await logInTo(server, { tls: true, insecure: true, ntlm: auth === 'ntlm' });
    expect(await guest.exec('echo safe', { signal })).toMatchObject({ outputTail: 'safe\n' });
    expect(server.complaints).toEqual([]);
    await guest.close();
  });
});

describe('a proxy', () => {
  async function proxyThat(asked: string[]): Promise<Server> {
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(502).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${port}`;
    onTestFinished(() => {
      delete process.env['HTTP_PROXY'];
    });
    return proxy;
  }

  test.each([
    ['winrm.guest.invalid', false, true],
    ['winrm.guest.invalid', true, false],
    ['127.0.0.1', false, false],
  ])('is asked for %s with winrm_no_proxy %s: %s', async (host, noProxy, isAsked) => {
    const asked: string[] = [];
    await proxyThat(asked);
    const options = winrmOptions({ port: 1 }, { host, noProxy, timeout: 300 });
    await expect(connectWinrm(options, quietRun())).rejects.toMatchObject({ code: 'WINRM_TIMEOUT' });
    expect(asked.includes('http://winrm.guest.invalid:1/wsman')).toBe(isAsked);
  });
});
