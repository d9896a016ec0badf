import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { connectSsh } from '../../../../../core/communicators/ssh/index.ts';
import { makeKeyPair } from '../../../../../core/communicators/ssh/login/key-pair.ts';
import { CancelledError } from '../../../../../core/errors/errors.ts';
import { connectOptions, endpointOf, heardRun, logInTo } from '../../../../support/ssh/ssh-guest.ts';
import { freePort, sshdMissing, startSshd, type TestSshd } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['LogLevel DEBUG1']);

const missing = sshdMissing();
const signal = new AbortController().signal;
const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

/** A TCP server of the test's own on a free port. */
async function serve(onConnection: (socket: Socket) => void): Promise<{ port: number; server: Server; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, server, close };
}

describe('waiting for a guest that does not let Kiln in', () => {
  test('a port where nothing listens ends in a time-out that says so', async () => {
    const options = connectOptions(endpointOf(await freePort(), { password: 'x' }), { timeout: 800 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      name: 'TimeoutError',
      code: 'SSH_TIMEOUT',
      message: like(/^no SSH login at 127\.0\.0\.1:\d+ within 0\.8 s: .*nothing listens there \(connection refused\)$/),
      hint: like(/ssh_timeout/),
    });
  });

  test('a server that stays silent is told apart from one that is not there', async () => {
    const silent = await serve(() => undefined);
    const options = connectOptions(endpointOf(silent.port, { password: 'x' }), { timeout: 1000 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: like(/accepts connections .* but no SSH server answers: it stays silent$/),
    });
    silent.close();
  });

  test('a server that ends connections at once is waited for', async () => {
    const closing = await serve((socket) => socket.destroy());
    const options = connectOptions(endpointOf(closing.port, { password: 'x' }), { timeout: 1000, attempts: 1 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: like(/no SSH server answers: the connection was ended at once$/),
    });
    closing.close();
  });

  test('a server that speaks something else fails the handshake, as often as attempts are allowed', async () => {
    let connections = 0;
    const web = await serve((socket) => {
      connections += 1;
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const options = connectOptions(endpointOf(web.port, { password: 'x' }), { attempts: 2 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      code: 'SSH_HANDSHAKE_FAILED',
      message: like(/handshake with 127\.0\.0\.1:\d+ failed: .*\(tried 2 times\)$/),
    });
    expect(connections).toBeGreaterThanOrEqual(2);
    web.close();
  });

  test('cancelling ends the wait at once', async () => {
    const controller = new AbortController();
    const options = connectOptions(endpointOf(await freePort(), { password: 'x' }));
    setTimeout(() => controller.abort(), 300);
    const begun = performance.now();
    await expect(connectSsh(options, heardRun(controller.signal))).rejects.toBeInstanceOf(CancelledError);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('a key that is none, or is missing, is told before anything is dialled', async () => {
    const options = (given: object): ReturnType<typeof connectOptions> => connectOptions(endpointOf(1, given));
    await expect(connectSsh(options({ privateKey: 'no key' }), heardRun())).rejects.toMatchObject({
      code: 'SSH_KEY_MALFORMED',
    });
    await expect(connectSsh(options({ privateKeyFile: '/no/key' }), heardRun())).rejects.toMatchObject({
      code: 'SSH_KEY_FILE_UNREADABLE',
      message: like(/\/no\/key/),
    });
    await expect(connectSsh(connectOptions(endpointOf(1, { host: '' })), heardRun())).rejects.toMatchObject({
      code: 'SSH_HOST_MISSING',
    });
  });
});

describe.skipIf(missing !== undefined)(`logging in${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-login-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('a key file opens the guest, whose address and host key are told', async ({ sshd }) => {
    const options = connectOptions(endpointOf(sshd.port, { privateKeyFile: sshd.privateKeyFile }));
    const guest = await connectSsh(options, heardRun());
    expect(guest.address).toEqual({
      host: '127.0.0.1',
      port: sshd.port,
      user: 'root',
      privateKeyFile: sshd.privateKeyFile,
      knownHostsLine: like(new RegExp(String.raw`^\[127\.0\.0\.1\]:${sshd.port} ssh-ed25519 AAAA\S+$`)),
    });
    const known = join(directory, 'known_hosts');
    execFileSync('sh', ['-c', 'printf "%s\\n" "$1" >"$2"', 'sh', guest.address?.knownHostsLine ?? '', known]);
    const args = [
      '-p',
      String(sshd.port),
      '-i',
      sshd.privateKeyFile,
      '-F',
      'none',
      '-o',
      `UserKnownHostsFile=${known}`,
    ];
    const openssh = execFileSync('ssh', [...args, '-o', 'StrictHostKeyChecking=yes', 'root@127.0.0.1', 'echo in']);
    expect(openssh.toString()).toBe('in\n');
    await guest.close();
  });

  test('an encrypted key opens the guest with its passphrase and says so without it', async ({ sshd }) => {
    const path = join(directory, 'key');
    await copyFile(sshd.privateKeyFile, path);
    execFileSync('chmod', ['600', path]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', path]);
    const login = (passphrase: string | undefined): ReturnType<typeof connectSsh> =>
      connectSsh(connectOptions(endpointOf(sshd.port, { privateKeyFile: path, passphrase })), heardRun());
    await (await login('open it')).close();
    await expect(login(undefined)).rejects.toMatchObject({ code: 'SSH_KEY_PASSPHRASE', hint: like(/passphrase/) });
    await expect(login('wrong')).rejects.toMatchObject({ code: 'SSH_KEY_PASSPHRASE' });
  });

  test('a wrong key is refused as often as allowed, naming what was offered and what the server takes', async ({
    sshd,
  }) => {
    const { privateKey } = await makeKeyPair('ed25519');
    const options = connectOptions(endpointOf(sshd.port, { privateKey, password: 'x' }), { attempts: 2 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      name: 'StepError',
      code: 'SSH_LOGIN_REFUSED',
      message: like(
        /refused the login of "root" with the build's key, password; the server accepts publickey \(tried 2 times\)$/,
      ),
      hint: like(/ssh_username/),
    });
  });

  test('without a limit of attempts refused logins are repeated until the time is up', async ({ sshd }) => {
    const { privateKey } = await makeKeyPair('ecdsa');
    const options = connectOptions(endpointOf(sshd.port, { privateKey }), { attempts: 0, timeout: 2500 });
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: like(/refused the login of "root"/),
    });
  });

  test.for(['ed25519', 'ecdsa', 'rsa'] as const)('keys of type %s are let in', async (type, { sshd }) => {
    const pair = await makeKeyPair(type, type === 'rsa' ? 2048 : 0, 'another');
    const path = join(sshd.directory, 'authorized_keys');
    execFileSync('sh', ['-c', 'printf "%s\\n" "$1" >>"$2"', 'sh', pair.publicKey, path]);
    const options = connectOptions(endpointOf(sshd.port, { privateKey: pair.privateKey }));
    await (await connectSsh(options, heardRun())).close();
  });

  test('a server that starts while Kiln waits is found soon', async ({ sshd }) => {
    await sshd.halt();
    const login = logInTo(sshd).then((guest) => ({ guest, at: performance.now() }));
    await delay(1500);
    await sshd.start();
    const started = performance.now();
    const { guest, at } = await login;
    expect(at - started).toBeLessThan(5000);
    await guest.close();
  });

  test('the ciphers and key exchanges of the template are the ones used', async ({ sshd }) => {
    const ciphers = ['aes192-ctr'];
    const guest = await logInTo(sshd, { ciphers, keyExchangeAlgorithms: ['ecdh-sha2-nistp384'] });
    await guest.exec('true', { signal });
    expect(sshd.log()).toMatch(/kex: algorithm: ecdh-sha2-nistp384/);
    expect(sshd.log()).toMatch(/kex: client->server cipher: aes192-ctr/);
    await guest.close();
  });

  test('nothing in common fails the handshake with the reason', async ({ sshd }) => {
    const login = logInTo(sshd, { keyExchangeAlgorithms: ['diffie-hellman-group1-sha1'], attempts: 1 });
    await expect(login).rejects.toMatchObject({
      code: 'SSH_HANDSHAKE_FAILED',
      hint: like(/ssh_key_exchange_algorithms/),
    });
  });

  test('with a pause before connecting the guest is left and entered again', async ({ sshd }) => {
    const before = sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const begun = performance.now();
    const guest = await logInTo(sshd, { pauseBeforeConnecting: 600 });
    expect(performance.now() - begun).toBeGreaterThan(600);
    await expect.poll(() => sshd.log().match(/Accepted publickey/g)).toHaveLength(before + 2);
    await guest.close();
  });

  test('a jump host leads to the guest', async ({ sshd }) => {
    const jump = await startSshd();
    const bastion = endpointOf(jump.port, { privateKey: jump.privateKey });
    const guest = await logInTo(sshd, { bastion });
    expect((await guest.exec('echo $SSH_CONNECTION', { signal })).outputTail).toContain(`127.0.0.1 ${sshd.port}`);
    expect(jump.log()).toContain('Accepted publickey');
    const refused = { bastion: { ...bastion, privateKey: sshd.privateKey }, attempts: 1 };
    await expect(logInTo(sshd, refused)).rejects.toMatchObject({
      code: 'SSH_LOGIN_REFUSED',
      message: like(new RegExp(`127.0.0.1:${jump.port} refused`)),
    });
    const nowhere = connectOptions(endpointOf(await freePort(), { password: 'x' }), { bastion, timeout: 1500 });
    await expect(connectSsh(nowhere, heardRun())).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: like(/cannot be reached through the jump host/),
    });
    await jump.cut();
    expect((await guest.exec('echo again', { signal })).outputTail).toContain('again\n');
    await guest.close();
    await jump.stop();
  });

  describe('with an agent', () => {
    let agent: ChildProcess;
    const before = process.env['SSH_AUTH_SOCK'];
    test.beforeEach(async ({ sshd }) => {
      const socket = join(directory, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      process.env['SSH_AUTH_SOCK'] = socket;
      for (let tries = 0; tries < 50; tries += 1) {
        await delay(50);
        try {
          execFileSync('ssh-add', ['-q', sshd.privateKeyFile], { stdio: 'ignore' });
          return;
        } catch {
          // It has not opened its socket yet.
        }
      }
      throw new Error('ssh-agent does not start');
    });
    afterEach(() => {
      agent.kill();
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    });

    test('its keys open the guest, and it is there in the guest only when it is forwarded', async ({ sshd }) => {
      const options = connectOptions(endpointOf(sshd.port, { agent: true }));
      const plain = await connectSsh(options, heardRun());
      expect((await plain.exec('ssh-add -l', { signal })).exitStatus).toBe(2);
      await plain.close();
      const forwarding = await connectSsh({ ...options, forwardAgent: true }, heardRun());
      expect((await forwarding.exec('ssh-add -l', { signal })).outputTail).toContain('ED25519');
      await forwarding.close();
    });
  });

  test('an agent that is asked for and not there is told before anything is dialled', async ({ sshd }) => {
    const before = process.env['SSH_AUTH_SOCK'];
    delete process.env['SSH_AUTH_SOCK'];
    const options = connectOptions(endpointOf(sshd.port, { agent: true }));
    await expect(connectSsh(options, heardRun())).rejects.toMatchObject({ code: 'SSH_AGENT_MISSING' });
    if (before !== undefined) process.env['SSH_AUTH_SOCK'] = before;
  });
});

describe.skipIf(missing !== undefined).each([
  { name: 'password', lines: ['PasswordAuthentication yes', 'UsePAM yes'] },
  { name: 'keyboard-interactive', lines: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] },
])('logging in by $name', ({ lines }) => {
  const user = `kiln-${String(process.pid)}`;
  let sshd: TestSshd;
  beforeAll(async () => {
    execFileSync('useradd', ['--no-create-home', '--home-dir', '/tmp', '--shell', '/bin/sh', user]);
    execFileSync('chpasswd', { input: `${user}:p4ss 'w"örd\n` });
    // Not the file's server: this user logs in with a password, each way of asking for it in turn.
    sshd = await startSshd(lines);
  });
  afterAll(async () => {
    await sshd.stop();
    execFileSync('userdel', [user], { stdio: 'ignore' });
  });

  test('the right password is let in', async () => {
    const options = connectOptions(endpointOf(sshd.port, { username: user, password: `p4ss 'w"örd` }));
    const guest = await connectSsh(options, heardRun());
    expect((await guest.exec('id -un', { signal })).outputTail).toBe(`${user}\n`);
    await guest.close();
  });

  test('a wrong one is refused and does not stand in the message', async () => {
    const guest = endpointOf(sshd.port, { username: user, password: 'not this one' });
    const failure = connectSsh(connectOptions(guest, { attempts: 1 }), heardRun());
    await expect(failure).rejects.toMatchObject({
      code: 'SSH_LOGIN_REFUSED',
      message: like(/with password; the server accepts/),
    });
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('not this one') as string });
  });

  test('a command whose time is up is ended by a signal, since its user is not root', async () => {
    const options = connectOptions(endpointOf(sshd.port, { username: user, password: `p4ss 'w"örd` }));
    const guest = await connectSsh(options, heardRun());
    const others = guest.exec('sleep 2; echo lived', { signal });
    await expect(guest.exec('exec sleep 61.25', { signal, timeout: 400 })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TIMEOUT',
    });
    expect((await others).outputTail).toBe('lived\n');
    expect((await guest.exec('pgrep -fx "sleep 61.25"', { signal })).exitStatus).toBe(1);
    await guest.close();
  });
});
