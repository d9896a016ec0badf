import { createServer, connect, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect } from 'vitest';
import { connectSsh } from '../../../../../../core/communicators/ssh/index.ts';
import type { SocksProxy, SshBackend } from '../../../../../../core/communicators/ssh/options.ts';
import type { ConnectRun } from '../../../../../../core/contract/communicator-type.ts';
import { connectOptions, endpointOf, heardRun, logInTo, owningRun } from '../../../../../support/ssh/ssh-guest.ts';
import { freePort, sshdMissing, type TestSshd } from '../../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const signal = new AbortController().signal;
const servers: Server[] = [];

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const port = await freePort();
  const server = createServer(onConnection);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', (error) => (text += error.message)).on('close', () => resolve(text));
  });
}

/** A SOCKS5 proxy that knows one user, for names only. */
function socksProxy(asked: string[], reply: number): Promise<number> {
  return serve((client) => {
    client.on('error', () => undefined);
    let stage = 0;
    client.on('data', (bytes: Buffer) => {
      stage += 1;
      if (stage === 1) client.write(Buffer.from([5, bytes.includes(2, 2) ? 2 : 255]));
      if (stage === 2) client.write(Buffer.from([1, bytes.toString('latin1') === '\x01\x04user\x04pass' ? 0 : 1]));
      if (stage !== 3) return;
      const length = bytes.readUInt8(4);
      const host = bytes.toString('latin1', 5, 5 + length);
      const port = bytes.readUInt16BE(5 + length);
      asked.push(`${host}:${port}`);
      client.write(Buffer.from([5, reply, 0, 1, 127, 0, 0, 1, 0, 0]));
      if (reply !== 0) return;
      client.removeAllListeners('data');
      const guest = connect(port, '127.0.0.1');
      guest.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.on('close', () => guest.destroy());
      client.pipe(guest).pipe(client);
    });
  });
}

describe.skipIf(sshdMissing() !== undefined)('ways through SSH and to it', () => {
  test('a local tunnel leads to what the guest reaches, also after the connection was lost', async ({ sshd }) => {
    const service = await serve((socket) => socket.end('from the guest'));
    const port = await freePort();
    const guest = await logInTo(sshd, { localTunnels: [`${port}:127.0.0.1:${service}`] });
    expect(await ask(port)).toBe('from the guest');
    await sshd.cut();
    await delay(100);
    expect(await ask(port)).toBe('from the guest');
    await guest.close();
    expect(await ask(port)).toContain('ECONNREFUSED');
  });

  test('a local tunnel at a port that is taken is an error', async ({ sshd }) => {
    const taken = await serve((socket) => socket.end());
    await expect(logInTo(sshd, { localTunnels: [`${taken}:127.0.0.1:80`] })).rejects.toMatchObject({
      code: 'SSH_TUNNEL_FAILED',
      message: expect.stringContaining(String(taken)) as string,
    });
  });

  test('a remote tunnel leads out of the guest, also after the connection was lost', async ({ sshd }) => {
    const service = await serve((socket) => socket.end('from this machine'));
    const port = await freePort();
    const guest = await logInTo(sshd, { remoteTunnels: [`${port}:127.0.0.1:${service}`] });
    await guest.exec('true', { signal });
    expect(await ask(port)).toBe('from this machine');
    await sshd.cut();
    await delay(100);
    await guest.exec('true', { signal });
    expect(await ask(port)).toBe('from this machine');
    await guest.close();
  });

  function through(
    sshd: TestSshd,
    proxy: Omit<SocksProxy, 'host'>,
    timeout = 20_000,
    backend: SshBackend = 'ssh2',
    run: ConnectRun = heardRun(),
  ): ReturnType<typeof connectSsh> {
    const options = connectOptions(endpointOf(sshd.port, { privateKey: sshd.privateKey, host: 'guest.invalid' }), {
      backend,
      proxy: { ...proxy, host: '127.0.0.1' },
      timeout,
    });
    return connectSsh(options, run);
  }

  test.for(['ssh2', 'openssh'] as const)(
    'a SOCKS5 proxy with a password is asked for the name of the guest (%s)',
    async (backend, { sshd }) => {
      const asked: string[] = [];
      const run = owningRun();
      const proxy = { port: await socksProxy(asked, 0), username: 'user', password: 'pass' };
      const guest = await through(sshd, proxy, 20_000, backend, run);
      expect(asked[0]).toBe(`guest.invalid:${sshd.port}`);
      expect((await guest.exec('echo in', { signal })).outputTail).toBe('in\n');
      await guest.close();
      await run.releaseAll();
    },
  );

  test.for([
    {
      name: 'without a password',
      login: { username: undefined, password: undefined },
      reply: 0,
      says: /no way to log in/,
    },
    {
      name: 'with a wrong one',
      login: { username: 'user', password: 'no' },
      reply: 0,
      says: /refused user name and password/,
    },
    {
      name: 'and a guest it does not reach',
      login: { username: 'user', password: 'pass' },
      reply: 5,
      says: /connection refused/,
    },
  ])('a SOCKS5 proxy $name says why', async ({ login, reply, says }, { sshd }) => {
    const port = await socksProxy([], reply);
    await expect(through(sshd, { port, ...login }, 900)).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: expect.stringMatching(says) as string,
    });
  });
});
