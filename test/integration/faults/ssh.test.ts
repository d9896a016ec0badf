import { execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import type { CommunicatorOptions } from '../../../core/communicators/options.gen.ts';
import { sshOptionsFrom } from '../../../core/communicators/ssh/config.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import { makeKeyPair } from '../../../core/communicators/ssh/login/key-pair.ts';
import type { SshConnectOptions } from '../../../core/communicators/ssh/options.ts';
import { file, kiln } from '../../cli/run-kiln.ts';
import { componentConfig } from '../../support/component-config.ts';
import { connectOptions, endpointOf, heardRun, owningRun } from '../../support/ssh/ssh-guest.ts';
import { nullBuilder, sshdMissing, startSshd, type TestSshd } from '../../support/ssh/sshd.ts';

const signal = new AbortController().signal;
const backends = ['ssh2', 'openssh'] as const;
let directory: string;
const mounted: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-ssh-faults-'));
});
afterEach(async () => {
  for (const path of mounted.splice(0)) execFileSync('umount', [path]);
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
});

async function serve(lines: readonly string[] = [], matches: readonly string[] = []): Promise<TestSshd> {
  // A server for each test, which breaks it.
  const sshd = await startSshd(lines, matches);
  onTestFinished(() => sshd.stop());
  return sshd;
}

async function logIn(sshd: TestSshd, given: Partial<SshConnectOptions> = {}): Promise<Communicator> {
  const run = owningRun();
  onTestFinished(() => run.releaseAll());
  const options = connectOptions(endpointOf(sshd.port, { privateKey: sshd.privateKey }), given);
  const guest = await connectSsh(options, run);
  onTestFinished(() => guest.close());
  return guest;
}

describe.skipIf(sshdMissing() !== undefined).each(backends)('a failure on this side, over %s', (backend) => {
  test('of what takes the output, after the command has ended, is the error', async () => {
    const guest = await logIn(await serve(), { backend });
    // By the time that it fails, the guest has told how the command ended.
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => void setTimeout(done, 500, new Error('no room')),
    });
    await expect(guest.exec('echo x', { signal, stdout })).rejects.toThrow('no room');
    const gone = new Writable({ write: () => void setTimeout(() => gone.destroy(), 500) });
    await expect(guest.exec('echo x', { signal, stdout: gone })).rejects.toThrow(/premature/i);
  });

  test('of a download, a file or a tree, is the error every time', async () => {
    const guest = await logIn(await serve(), { backend });
    const small = join(directory, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'kiln-small', small]);
    mounted.push(small);
    await mkdir(join(directory, 'there'));
    await writeFile(join(directory, 'there', 'file'), Buffer.alloc(100_000));
    await mkdir(join(directory, 'taken', 'file', 'below'), { recursive: true });
    const local = { code: 'TRANSFER_LOCAL_FILE' };
    for (let round = 0; round < 10; round += 1) {
      const [from, whole] = [join(directory, 'there'), join(directory, 'there', 'file')];
      await expect(guest.download(whole, join(small, 'copy'), { signal })).rejects.toMatchObject(local);
      await expect(guest.downloadTree(from, join(small, 'tree'), { signal })).rejects.toMatchObject(local);
      await expect(guest.downloadTree(from, join(directory, 'taken'), { signal })).rejects.toMatchObject(local);
    }
  });
});

describe.skipIf(sshdMissing() !== undefined)('a guest that answers everything with a text', () => {
  const words = 'Please login as the user "admin" rather than the user "root".';

  test.each(backends.flatMap((backend) => (['scp', 'sftp'] as const).map((method) => [backend, method] as const)))(
    'has its words in the error of every transfer (%s, %s)',
    async (backend, transferMethod) => {
      const sshd = await serve([], ['Match all', `ForceCommand echo '${words}'`]);
      const guest = await logIn(sshd, { backend, transferMethod });
      const told = {
        code: 'COMMUNICATOR_TRANSFER_FAILED',
        message: expect.stringMatching(new RegExp(`neither (a shell|tar) nor SFTP; it says: ${words}$`)) as string,
      };
      await writeFile(join(directory, 'file'), 'x');
      await expect(guest.upload({ content: 'x' }, '/tmp/x', { signal })).rejects.toMatchObject(told);
      await expect(guest.download('/tmp/x', join(directory, 'x'), { signal })).rejects.toMatchObject(told);
      await expect(guest.uploadTree(directory, '/tmp/x', { signal })).rejects.toMatchObject(told);
      await expect(guest.downloadTree('/tmp/x', join(directory, 't'), { signal })).rejects.toMatchObject(told);
    },
  );
});

describe.skipIf(sshdMissing() !== undefined)('while Kiln waits for SSH', () => {
  test.each(backends)('a refused login is said once, and again when the reason changes (%s)', async (backend) => {
    const sshd = await serve();
    const { privateKey, publicKey } = await makeKeyPair('ed25519');
    const run = owningRun();
    onTestFinished(() => run.releaseAll());
    const guest = endpointOf(sshd.port, { privateKey });
    const connecting = connectSsh(connectOptions(guest, { attempts: 0, timeout: 60_000, backend }), run);
    const refusals = (): readonly string[] =>
      run.heard.filter((line) => /refused the login.*; trying again$/.test(line));
    await expect.poll(() => sshd.log().split('by authenticating user root').length).toBeGreaterThan(2);
    await expect.poll(refusals).toHaveLength(1);
    // The key is known from now on.
    await writeFile(join(sshd.directory, 'authorized_keys'), `${publicKey}\n`);
    await (await connecting).close();
    expect(refusals()).toHaveLength(1);
  });

  test('a build says at once that its login is refused, and a name that there is not ends it', async () => {
    const sshd = await serve();
    const { privateKey } = await makeKeyPair('ed25519');
    await writeFile(join(directory, 'wrong'), privateKey, { mode: 0o600 });
    const builder = { ...nullBuilder(sshd), ssh_private_key_file: join(directory, 'wrong'), ssh_timeout: '4s' };
    const refused = await kiln(['build', '-color=false', file('refused.json', { builders: [builder] })]);
    expect(refused.code).toBe(1);
    expect(refused.stdout.split('; trying again')).toHaveLength(2);
    const typo = { ...nullBuilder(sshd), ssh_host: 'no such host', ssh_timeout: '10m' };
    const start = performance.now();
    const unknown = await kiln(['build', '-color=false', file('typo.json', { builders: [typo] })]);
    expect(unknown.stdout).toMatch(/there is no host of that name; trying again/);
    expect(unknown.stderr + unknown.stdout).toMatch(/SSH_NAME_UNKNOWN|is the name spelt rightly/);
    expect(unknown.code).toBe(1);
    expect(performance.now() - start).toBeLessThan(120_000);
  }, 150_000);
});

function configured(given: object): CommunicatorOptions {
  const base = { ssh_host: '127.0.0.1', ssh_username: 'root', ...given };
  return componentConfig<CommunicatorOptions>('builders/null', base);
}

describe.skipIf(sshdMissing() !== undefined)('keys with a passphrase, and agents', () => {
  async function encrypted(sshd: TestSshd): Promise<string> {
    const path = join(directory, 'encrypted');
    await copyFile(sshd.privateKeyFile, path);
    execFileSync('chmod', ['600', path]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', path]);
    return path;
  }

  async function withAgent(keyFile: string | undefined): Promise<void> {
    const socket = join(directory, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const before = process.env['SSH_AUTH_SOCK'];
    process.env['SSH_AUTH_SOCK'] = socket;
    onTestFinished(() => {
      agent.kill();
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    });
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        execFileSync('ssh-add', keyFile === undefined ? ['-D'] : ['-q', keyFile], { stdio: 'ignore' });
        return;
      } catch {
        await delay(50);
      }
    }
  }

  test("the jump host's is named with the jump host's options, where it is in the template", async () => {
    const sshd = await serve();
    const path = await encrypted(sshd);
    const jump = { ssh_bastion_host: '127.0.0.1', ssh_bastion_port: sshd.port, ssh_bastion_private_key_file: path };
    const config = configured({ ssh_port: sshd.port, ssh_private_key_file: sshd.privateKeyFile, ...jump });
    await expect(connectSsh(sshOptionsFrom(config), heardRun())).rejects.toMatchObject({
      code: 'SSH_KEY_PASSPHRASE',
      pointer: '/ssh_bastion_private_key_file',
      hint: 'set ssh_private_key_passphrase, or add the key to an agent and set ssh_bastion_agent_auth',
    });
    const own = configured({ ssh_port: sshd.port, ssh_private_key_file: path });
    await expect(connectSsh(sshOptionsFrom(own), heardRun())).rejects.toMatchObject({
      pointer: '/ssh_private_key_file',
      hint: 'set ssh_private_key_passphrase, or add the key to an agent and set ssh_agent_auth',
    });
  });

  test.each(backends)('a key that the agent has opens the jump host, and the guest (%s)', async (backend) => {
    const sshd = await serve();
    const path = await encrypted(sshd);
    await withAgent(sshd.privateKeyFile);
    const run = owningRun();
    onTestFinished(() => run.releaseAll());
    const config = configured({
      ssh_port: sshd.port,
      ssh_private_key_file: path,
      ssh_agent_auth: true,
      ssh_bastion_host: '127.0.0.1',
      ssh_bastion_port: sshd.port,
      ssh_bastion_private_key_file: path,
      ssh_bastion_agent_auth: true,
      ssh_backend: backend,
    });
    const guest = await connectSsh(sshOptionsFrom(config), run);
    expect((await guest.exec('echo in', { signal })).outputTail).toBe('in\n');
    await guest.close();
  });

  test.each(backends)('without an agent nothing is forwarded, and nothing is wrong (%s)', async (backend) => {
    const sshd = await serve();
    const before = process.env['SSH_AUTH_SOCK'];
    delete process.env['SSH_AUTH_SOCK'];
    onTestFinished(() => {
      if (before !== undefined) process.env['SSH_AUTH_SOCK'] = before;
    });
    const guest = await logIn(sshd, { backend, forwardAgent: true });
    expect((await guest.exec('echo "[$SSH_AUTH_SOCK]"', { signal })).outputTail).toBe('[]\n');
    const { SSH_AUTH_SOCK: _, ...env } = process.env;
    const builder = { ...nullBuilder(sshd), ssh_disable_agent_forwarding: false };
    const template = file('forward.json', {
      builders: [builder],
      provisioners: [{ type: 'shell', inline: ['echo hi'] }],
    });
    expect(await kiln(['build', '-color=false', template], { env: { ...env, SSH_AUTH_SOCK: '' } })).toMatchObject({
      code: 0,
    });
  });
});
