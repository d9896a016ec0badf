import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../../../core/contract/communicator.ts';
import { handshakeHint } from '../../../../../core/communicators/ssh/login/handshake-hint.ts';
import { connectSsh } from '../../../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions, SshEndpoint } from '../../../../../core/communicators/ssh/options.ts';
import { connectOptions, endpointOf, owningRun, type OwningRun } from '../../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../../../support/ssh/sshd.ts';

const signal = new AbortController().signal;

test.each([
  ['Handshake failed: no matching key exchange algorithm', /ssh_key_exchange_algorithms/],
  ['no matching key exchange method found. Their offer: diffie-hellman-group1-sha1', /ssh_key_exchange_algorithms/],
  ['Handshake failed: no matching C->S cipher', /ssh_ciphers/],
  ['no matching cipher found. Their offer: 3des-cbc', /ssh_ciphers/],
  ['Handshake failed: no matching host key format', /ssh-rsa/],
  ['no matching host key type found. Their offer: ssh-rsa', /ssh-rsa/],
  ['no matching MAC found. Their offer: hmac-md5', /ssh_config_file/],
  ['Bad packet length', /ssh_ciphers and ssh_key_exchange_algorithms/],
])('the handshake failure "%s" names the option that helps', (message, hint) => {
  expect(handshakeHint(message)).toMatch(hint);
});

describe.skipIf(sshdMissing() !== undefined).each(['ssh2', 'openssh'] as const)('with %s', (backend) => {
  const user = `kiln-c-${backend}`;
  const password = `p4ss 'w"örd`;
  let directory: string;
  let run: OwningRun;
  let guest: Communicator | undefined;
  const started: TestSshd[] = [];
  beforeAll(() => {
    execFileSync('useradd', ['--no-create-home', '--home-dir', '/tmp', '--shell', '/bin/sh', user]);
    execFileSync('chpasswd', { input: `${user}:${password}\n` });
  });
  afterAll(() => {
    execFileSync('userdel', [user], { stdio: 'ignore' });
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-configurations-'));
    run = owningRun();
  });
  afterEach(async () => {
    await guest?.close();
    guest = undefined;
    await run.releaseAll();
    for (const server of started.splice(0)) await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function serve(...lines: readonly string[]): Promise<TestSshd> {
    // The server's configuration is what these tests are about.
    const server = await startSshd(lines);
    started.push(server);
    return server;
  }

  async function logIn(server: TestSshd, given: Partial<SshConnectOptions> = {}): Promise<Communicator> {
    const endpoint = endpointOf(server.port, { privateKey: server.privateKey });
    guest = await connectSsh(connectOptions(endpoint, { backend, ...given }), run);
    return guest;
  }

  test('a server with old algorithms only says which options let it in, and they do', async () => {
    const hostKey = join(directory, 'rsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', hostKey]);
    const old = await serve(
      `HostKey ${hostKey}`,
      'HostKeyAlgorithms ssh-rsa',
      'KexAlgorithms diffie-hellman-group14-sha1',
      'Ciphers aes128-cbc',
      'MACs hmac-sha1',
    );
    const keyExchangeAlgorithms = ['diffie-hellman-group14-sha1'];
    const refusal = (hint: RegExp): object => ({
      code: 'SSH_HANDSHAKE_FAILED',
      hint: expect.stringMatching(hint) as string,
    });
    await expect(logIn(old, { attempts: 1 })).rejects.toMatchObject(refusal(/ssh_key_exchange_algorithms/));
    await expect(logIn(old, { attempts: 1, keyExchangeAlgorithms })).rejects.toMatchObject(refusal(/ssh_ciphers/));
    const way = await logIn(old, { keyExchangeAlgorithms, ciphers: ['aes128-cbc'] });
    expect((await way.exec('echo in', { signal })).outputTail).toBe('in\n');
  });

  test('a server whose MaxStartups is used up by others is waited for', async () => {
    const busy = await serve('MaxStartups 1', 'LoginGraceTime 60');
    const other = connect(busy.port, '127.0.0.1');
    await new Promise((resolve) => other.once('data', resolve));
    const login = logIn(busy);
    await expect.poll(() => busy.log()).toMatch(/MaxStartups|drop connection/);
    other.destroy();
    expect((await (await login).exec('echo in', { signal })).outputTail).toBe('in\n');
  });

  test('a server that allows one session at a time takes commands and files one after the other', async () => {
    const small = await serve('MaxSessions 1');
    for (const transferMethod of ['scp', 'sftp'] as const) {
      const way = await logIn(small, { transferMethod });
      expect((await way.exec('echo first', { signal })).outputTail).toBe('first\n');
      await way.upload({ content: transferMethod }, join(directory, 'file'), { signal });
      expect((await way.exec(`cat '${directory}/file'`, { signal })).outputTail).toBe(transferMethod);
      await way.download(join(directory, 'file'), join(directory, 'back'), { signal });
      expect(await readFile(join(directory, 'back'), 'utf8')).toBe(transferMethod);
      await way.close();
    }
  });

  test('a forced command that runs what was asked for is no hindrance', async () => {
    const wrapper = join(directory, 'wrapper');
    await writeFile(wrapper, '#!/bin/sh\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n', { mode: 0o755 });
    const way = await logIn(await serve(`ForceCommand ${wrapper}`));
    expect(await way.exec('echo "as asked"; exit 4', { signal })).toMatchObject({
      exitStatus: 4,
      outputTail: 'as asked\n',
    });
    await way.upload({ content: 'wrapped' }, join(directory, 'file'), { signal });
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('wrapped');
  });

  test('a forced command that runs something else makes transfers fail, not succeed', async () => {
    const way = await logIn(await serve('ForceCommand echo only this', 'Subsystem sftp /bin/false'));
    await expect(way.upload({ content: 'x' }, join(directory, 'file'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
      message: expect.stringContaining('neither a shell nor SFTP') as string,
    });
  });

  async function throughJumpHost(server: TestSshd, jump: Partial<SshEndpoint>, port: number): Promise<void> {
    const way = await logIn(server, { bastion: endpointOf(port, jump) });
    expect((await way.exec('echo through', { signal })).outputTail).toBe('through\n');
  }

  test.each(['PasswordAuthentication', 'KbdInteractiveAuthentication'])(
    'a jump host lets in by password (%s), and tells a wrong one',
    async (method) => {
      const jump = await serve('UsePAM yes', 'AllowTcpForwarding yes', `${method} yes`);
      const server = await serve();
      await throughJumpHost(server, { username: user, password }, jump.port);
      expect(jump.log()).toMatch(/Accepted (password|keyboard-interactive)/);
      await guest?.close();
      const bastion = endpointOf(jump.port, { username: user, password: 'not this one' });
      const failure = logIn(server, { bastion, attempts: 1 });
      await expect(failure).rejects.toMatchObject({ code: 'SSH_LOGIN_REFUSED' });
      await expect(failure).rejects.toMatchObject({
        message: expect.stringContaining(`127.0.0.1:${jump.port}`) as string,
      });
    },
  );

  describe('and an agent', () => {
    let agent: ChildProcess | undefined;
    const before = process.env['SSH_AUTH_SOCK'];
    afterEach(() => {
      agent?.kill();
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    });
    async function startAgent(keyFile: string): Promise<void> {
      const socket = join(directory, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      process.env['SSH_AUTH_SOCK'] = socket;
      await expect
        .poll(() => execFileSync('sh', ['-c', `ssh-add -q '${keyFile}' 2>/dev/null && echo added || :`]).toString())
        .toBe('added\n');
    }

    test('a jump host lets its keys in, and the guest has it only when it is forwarded', async () => {
      const jump = await serve();
      const server = await serve();
      await startAgent(jump.privateKeyFile);
      await throughJumpHost(server, { agent: true }, jump.port);
      expect(jump.log()).toContain('Accepted publickey');
      expect((await guest?.exec('ssh-add -l', { signal }))?.exitStatus).toBe(2);
      await guest?.close();
      const way = await logIn(server, { forwardAgent: true });
      expect((await way.exec('ssh-add -l', { signal })).outputTail).toContain('ED25519');
    });
  });
});
