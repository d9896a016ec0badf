import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../../core/contract/communicator.ts';
import { connectSsh } from '../../../../../core/communicators/ssh/index.ts';
import { makeKeyPair } from '../../../../../core/communicators/ssh/login/key-pair.ts';
import type { SshConnectOptions } from '../../../../../core/communicators/ssh/options.ts';
import { CancelledError } from '../../../../../core/errors/errors.ts';
import { connectOptions, endpointOf, owningRun, type OwningRun } from '../../../../support/ssh/ssh-guest.ts';
import { freePort, sshdMissing, startSshd, type TestSshd } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxStartups 100']);

const missing = sshdMissing();
/** What the home directory has for shells to read may take them long. */
const signal = new AbortController().signal;
const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

describe.skipIf(missing !== undefined)(
  `OpenSSH as the backend${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let directory: string;
    let run: OwningRun;
    let guest: Communicator | undefined;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kiln-openssh-'));
      run = owningRun();
    });
    afterEach(async () => {
      await guest?.close();
      guest = undefined;
      await run.releaseAll();
      await rm(directory, { recursive: true, force: true });
    });

    async function connectTo(options: SshConnectOptions): Promise<Communicator> {
      guest = await connectSsh(options, run);
      return guest;
    }
    const optionsFor = (sshd: TestSshd, given: Partial<SshConnectOptions> = {}, server = sshd): SshConnectOptions =>
      connectOptions(endpointOf(server.port, { privateKey: server.privateKey }), { backend: 'openssh', ...given });
    const logIn = (sshd: TestSshd, given: Partial<SshConnectOptions> = {}, server = sshd): Promise<Communicator> =>
      connectTo(optionsFor(sshd, given, server));

    test('commands tell how they ended, and what they wrote', async ({ sshd }) => {
      const way = await logIn(sshd);
      const lines: string[] = [];
      const onLine = (stream: string, line: string): void => void lines.push(`${stream} ${line}`);
      expect(await way.exec('cat; echo bad >&2; exit 3', { signal, stdin: 'fed\n', onLine })).toMatchObject({
        exitStatus: 3,
        disconnected: false,
      });
      expect(lines.toSorted()).toEqual(['stderr bad', 'stdout fed']);
      // OpenSSH itself ends with 255 when the connection breaks.
      expect(await way.exec('exit 255', { signal })).toMatchObject({ exitStatus: 255, disconnected: false });
      expect(await way.exec('kill -9 $$', { signal })).toMatchObject({ exitStatus: undefined, disconnected: false });
      expect(await way.exec('cat', { signal })).toMatchObject({ exitStatus: 0, outputTail: '' });
    });

    test('a command is over although something that it left behind holds its output', async ({ sshd }) => {
      const way = await logIn(sshd);
      expect(await way.exec('sleep 47.5 & echo left; exit 4', { signal })).toMatchObject({
        exitStatus: 4,
        outputTail: 'left\n',
      });
      await way.exec('pkill -fx "sleep 47.5"', { signal });
    });

    test('a command with a terminal has its settings, and reads the end of its input', async ({ sshd }) => {
      const way = await logIn(sshd, { pty: true });
      const { outputTail, exitStatus } = await way.exec('cat; tty; stty size; exit 6', { signal });
      expect([outputTail, exitStatus]).toEqual([like(/^\/dev\/pts\/\d+\r\n40 80\r\n$/), 6]);
    });

    test('a command whose time is up is ended in the guest', async ({ sshd }) => {
      const way = await logIn(sshd);
      await expect(way.exec('exec sleep 61.75', { signal, timeout: 300 })).rejects.toMatchObject({
        code: 'COMMUNICATOR_TIMEOUT',
      });
      await expect.poll(async () => (await way.exec('pgrep -fx "sleep 61.75"', { signal })).exitStatus).toBe(1);
    });

    test('cancelling ends the wait, and the processes on this machine', async () => {
      const controller = new AbortController();
      run = owningRun(controller.signal);
      const options = connectOptions(endpointOf(await freePort(), { password: 'x' }), { backend: 'openssh' });
      const waiting = connectSsh(options, run);
      await expect.poll(() => run.heard.length).toBeGreaterThan(1);
      controller.abort();
      await expect(waiting).rejects.toBeInstanceOf(CancelledError);
    });

    test('files and trees go to and fro', async ({ sshd }) => {
      const way = await logIn(sshd);
      const content = Buffer.alloc(300_000, 'kiln ');
      await way.upload({ content }, join(directory, 'up'), { signal, mode: 0o640 });
      await way.download(join(directory, 'up'), join(directory, 'down'), { signal });
      expect((await readFile(join(directory, 'down'))).equals(content)).toBe(true);
      await mkdir(join(directory, 'tree/deep'), { recursive: true });
      await writeFile(join(directory, 'tree/deep/file'), 'in the tree');
      await symlink('deep/file', join(directory, 'tree/link'));
      await way.uploadTree(join(directory, 'tree'), join(directory, 'there'), { signal });
      await way.downloadTree(join(directory, 'there'), join(directory, 'back'), { signal });
      expect((await readdir(join(directory, 'back'))).toSorted()).toEqual(['deep', 'link']);
      expect(await readFile(join(directory, 'back/link'), 'utf8')).toBe('in the tree');
    });

    test('files go over SFTP where that is asked for, and where nothing else is offered', async ({ sshd }) => {
      const only = await startSshd(['ForceCommand internal-sftp']);
      const way = await logIn(sshd, {}, only);
      const content = Buffer.alloc(3_000_000, 'sftp');
      await way.upload({ content }, join(directory, 'up'), { signal });
      await way.download(join(directory, 'up'), join(directory, 'down'), { signal });
      expect((await readFile(join(directory, 'down'))).equals(content)).toBe(true);
      await mkdir(join(directory, 'tree'));
      await writeFile(join(directory, 'tree/file'), 'in it');
      await way.uploadTree(join(directory, 'tree'), join(directory, 'there'), { signal });
      expect(await readFile(join(directory, 'there/file'), 'utf8')).toBe('in it');
      await only.stop();
    });

    test('no output is lost of commands that end before their session is known', async ({ sshd }) => {
      const way = await logIn(sshd);
      const outputs: string[] = [];
      for (let round = 0; round < 12; round += 1) {
        const results = await Promise.all([1, 2, 3].map((number) => way.exec(`echo ${number}`, { signal })));
        outputs.push(results.map(({ outputTail }) => outputTail).join(''));
      }
      expect(outputs).toEqual(Array.from({ length: 12 }, () => '1\n2\n3\n'));
    });

    test('a server without SFTP, and with one session at a time, is enough', async ({ sshd }) => {
      const small = await startSshd(['Subsystem nothing /bin/false', 'MaxSessions 1']);
      const way = await logIn(sshd, { transferMethod: 'sftp' }, small);
      await way.upload({ content: 'over a command' }, join(directory, 'file'), { signal });
      expect(await readFile(join(directory, 'file'), 'utf8')).toBe('over a command');
      const first = way.exec('echo begun; sleep 2', { signal });
      await expect.poll(() => small.log()).toMatch(/Starting session: command/);
      const second = way.exec('echo second', { signal }).then(
        ({ outputTail }) => outputTail,
        (error: unknown) => error,
      );
      expect(['second\n', expect.objectContaining({ code: 'COMMUNICATOR_REFUSED' })]).toContainEqual(await second);
      await first;
      await small.stop();
    });

    test('a command during which the server is gone counts as cut off, and the next one has a new connection', async ({
      sshd,
    }) => {
      const way = await logIn(sshd);
      const path = join(directory, 'begun');
      const cut = way.exec(`touch '${path}'; sleep 30`, { signal });
      await expect.poll(() => existsSync(path)).toBe(true);
      await sshd.cut();
      expect(await cut).toMatchObject({ exitStatus: undefined, disconnected: true });
      expect(await way.exec('echo again', { signal })).toMatchObject({ exitStatus: 0, outputTail: 'again\n' });
    });

    test('a transfer that is cut for good leaves what was there before', async ({ sshd }) => {
      const way = await logIn(sshd, { timeout: 1500 });
      const path = join(directory, 'file');
      await writeFile(path, 'before');
      const writing = way.upload({ path: '/dev/zero' }, path, { signal }).catch((error: unknown) => error);
      expect(await writing).toMatchObject({ code: 'TRANSFER_LOCAL_FILE' });
      const large = join(directory, 'large');
      execFileSync('truncate', ['-s', '2G', large]);
      const cut = way.upload({ path: large }, path, { signal });
      await expect
        .poll(async () => (await readdir(directory)).some((name) => name.startsWith('file.kiln-')))
        .toBe(true);
      await sshd.halt();
      await sshd.cut();
      await expect(cut).rejects.toMatchObject({ code: 'COMMUNICATOR_LOST' });
      await sshd.start();
      expect(await readFile(path, 'utf8')).toBe('before');
    });

    test('reconnect waits for a server that restarts, and takes no other host key', async ({ sshd }) => {
      const server = await startSshd();
      const way = await logIn(sshd, {}, server);
      await server.halt();
      await server.cut();
      const back = way.reconnect({ signal, timeout: 20_000 });
      await server.start();
      await back;
      expect(await way.exec('echo back', { signal })).toMatchObject({ outputTail: 'back\n' });
      await server.halt();
      await server.cut();
      await server.makeHostKey();
      await server.start();
      await expect(way.reconnect({ signal, timeout: 20_000 })).rejects.toMatchObject({ code: 'SSH_HOST_KEY_CHANGED' });
      await server.stop();
    });

    test('a server that answers nothing any more is noticed', async ({ sshd }) => {
      const server = await startSshd();
      const way = await logIn(sshd, { keepAliveInterval: 1000 }, server);
      const path = join(directory, 'begun');
      const stuck = way.exec(`touch '${path}'; sleep 60`, { signal });
      await expect.poll(() => existsSync(path)).toBe(true);
      await server.freeze(true);
      expect(await stuck).toMatchObject({ disconnected: true });
      await server.freeze(false);
      await server.stop();
    });

    test('nothing is left when it is closed: no process, no secret', async ({ sshd }) => {
      const path = join(directory, 'key');
      await copyFile(sshd.privateKeyFile, path);
      await chmod(path, 0o600);
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', path]);
      await chmod(path, 0o644);
      const endpoint = endpointOf(sshd.port, {
        privateKeyFile: path,
        passphrase: 'open it',
        password: 'never asked for',
      });
      const way = await connectTo(connectOptions(endpoint, { backend: 'openssh' }));
      const [made = ''] = run.directories;
      expect((await readdir(made)).filter((name) => /secret|key$/.test(name))).toEqual([]);
      expect(execFileSync('ps', ['-eo', 'args']).toString()).toContain(`${made}/config`);
      expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/open it|never asked for/);
      await way.close();
      expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(`${made}/config`);
    });

    test('an encrypted key with the wrong passphrase says so', async ({ sshd }) => {
      const path = join(directory, 'key');
      await copyFile(sshd.privateKeyFile, path);
      await chmod(path, 0o600);
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open it', '-f', path]);
      const login = (passphrase: string | undefined): Promise<Communicator> =>
        connectTo(
          connectOptions(endpointOf(sshd.port, { privateKeyFile: path, passphrase }), {
            backend: 'openssh',
            attempts: 1,
          }),
        );
      await expect(login('wrong')).rejects.toMatchObject({ code: 'SSH_KEY_PASSPHRASE' });
      await expect(login(undefined)).rejects.toMatchObject({ code: 'SSH_KEY_PASSPHRASE' });
    });

    test('a certificate chooses OpenSSH by itself, and the server that trusts its authority lets it in', async () => {
      const ca = join(directory, 'ca');
      const key = join(directory, 'user');
      for (const path of [ca, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
      execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', 'kiln-test', '-n', 'root', '-V', '+10m', `${key}.pub`]);
      const trusting = await startSshd([`TrustedUserCAKeys ${ca}.pub`]);
      const bare = { privateKeyFile: key, certificateFile: undefined };
      const refused = connectTo(connectOptions(endpointOf(trusting.port, bare), { attempts: 1 }));
      await expect(refused).rejects.toMatchObject({ code: 'SSH_LOGIN_REFUSED' });
      const endpoint = endpointOf(trusting.port, { privateKeyFile: key, certificateFile: `${key}-cert.pub` });
      const way = await connectTo(connectOptions(endpoint));
      expect(await way.exec('echo in', { signal })).toMatchObject({ outputTail: 'in\n' });
      expect(trusting.log()).toMatch(/Accepted publickey for root .* ID kiln-test/);
      await expect(connectTo(connectOptions(endpoint, { backend: 'ssh2' }))).rejects.toMatchObject({
        code: 'SSH_BACKEND_UNFIT',
        message: like(/cannot use the certificate/),
      });
      await trusting.stop();
    });

    test('a jump host with its own key leads to the guest, and tells when it refuses', async ({ sshd }) => {
      const jump = await startSshd();
      const bastion = endpointOf(jump.port, { privateKey: jump.privateKey });
      const way = await logIn(sshd, { bastion });
      expect((await way.exec('echo $SSH_CONNECTION', { signal })).outputTail).toContain(`127.0.0.1 ${sshd.port}`);
      expect(way.address?.bastion?.knownHostsLine).toMatch(
        new RegExp(String.raw`^\[127\.0\.0\.1\]:${jump.port} ssh-ed25519 `),
      );
      await guest?.close();
      await expect(
        logIn(sshd, { bastion: { ...bastion, privateKey: sshd.privateKey }, attempts: 1 }),
      ).rejects.toMatchObject({
        code: 'SSH_LOGIN_REFUSED',
        message: like(new RegExp(`127.0.0.1:${jump.port} refused`)),
      });
      const nowhere = connectOptions(endpointOf(await freePort(), { password: 'x' }), {
        backend: 'openssh',
        bastion,
        timeout: 2500,
      });
      await expect(connectTo(nowhere)).rejects.toMatchObject({
        code: 'SSH_TIMEOUT',
        message: like(/jump host.*refused/i),
      });
      await jump.stop();
    });

    test("the user's own configuration leads over a chain of jump hosts", async ({ sshd }) => {
      const jumps = [await startSshd(), await startSshd()];
      const file = join(directory, 'ssh_config');
      const common = ['  User root', '  StrictHostKeyChecking no', '  UserKnownHostsFile /dev/null'];
      const hosts = jumps.flatMap(({ port, privateKeyFile }, index) => [
        `Host jump${index}`,
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        `  IdentityFile ${privateKeyFile}`,
        ...common,
      ]);
      const own = ['Host web', '  HostName 127.0.0.1', `  Port ${sshd.port}`, '  ProxyJump jump0,jump1'];
      await writeFile(file, [...own, ...hosts, ''].join('\n'));
      const endpoint = { ...endpointOf(22, { privateKey: sshd.privateKey }), host: 'web' };
      const way = await connectTo(connectOptions(endpoint, { configFile: file }));
      expect(await way.exec('echo arrived', { signal })).toMatchObject({ outputTail: 'arrived\n' });
      for (const jump of jumps) {
        expect(jump.log()).toContain('Accepted publickey');
        await jump.stop();
      }
    });

    test('tunnels lead both ways', async ({ sshd }) => {
      const [here, there] = [await freePort(), await freePort()];
      const way = await logIn(sshd, {
        localTunnels: [`${here}:127.0.0.1:${sshd.port}`],
        remoteTunnels: [`${there}:127.0.0.1:${sshd.port}`],
      });
      const banner = (port: number): Promise<string> =>
        way
          .exec(`timeout 5 bash -c 'read -r line </dev/tcp/127.0.0.1/${port}; echo "$line"'`, { signal })
          .then(({ outputTail }) => outputTail);
      expect(await banner(here)).toMatch(/^SSH-2\.0/m);
      await expect.poll(() => banner(there)).toMatch(/^SSH-2\.0/m);
    });

    test.for(['ssh2', 'openssh'] as const)(
      'with %s the guest has to show a key that is known',
      async (backend, { sshd }) => {
        const own = execFileSync('ssh-keygen', ['-y', '-f', join(sshd.directory, 'host_key')])
          .toString()
          .trim();
        const other = (await makeKeyPair('ed25519')).publicKey;
        await logIn(sshd, { backend, hostKeys: [other, own] });
        await guest?.close();
        await expect(logIn(sshd, { backend, hostKeys: [other] })).rejects.toMatchObject({
          code: 'SSH_HOST_KEY_UNKNOWN',
        });
        const known = join(directory, 'known_hosts');
        await writeFile(known, `[127.0.0.1]:${sshd.port} ${own}\n`);
        execFileSync('ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
        expect(readFileSync(known, 'utf8')).toMatch(/^\|1\|/);
        await logIn(sshd, { backend, knownHostsFile: known });
        await guest?.close();
        await writeFile(known, `somewhere.else ${own}\n`);
        await expect(logIn(sshd, { backend, knownHostsFile: known })).rejects.toMatchObject({
          code: 'SSH_HOST_KEY_UNKNOWN',
        });
      },
    );
  },
);

describe.skipIf(missing !== undefined).each([
  { name: 'password', lines: ['PasswordAuthentication yes', 'UsePAM yes'] },
  { name: 'keyboard-interactive', lines: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] },
])('OpenSSH as the backend, logging in by $name', ({ lines }) => {
  const user = `kiln-o${String(process.pid)}`;
  let sshd: TestSshd;
  beforeAll(async () => {
    execFileSync('useradd', ['--no-create-home', '--home-dir', '/tmp', '--shell', '/bin/sh', user]);
    execFileSync('chpasswd', { input: `${user}:p4ss 'w"örd\n` });
    sshd = await startSshd(lines);
  });
  afterAll(async () => {
    await sshd.stop();
    execFileSync('userdel', [user], { stdio: 'ignore' });
  });

  test('the right password is let in, a wrong one is not and is not told', async () => {
    const run = owningRun();
    const login = (password: string): Promise<Communicator> =>
      connectSsh(
        connectOptions(endpointOf(sshd.port, { username: user, password }), { backend: 'openssh', attempts: 1 }),
        run,
      );
    const guest = await login(`p4ss 'w"örd`);
    expect((await guest.exec('id -un', { signal })).outputTail).toBe(`${user}\n`);
    await guest.close();
    const failure = login('not this one');
    await expect(failure).rejects.toMatchObject({ code: 'SSH_LOGIN_REFUSED' });
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('not this one') as string });
    await run.releaseAll();
  });
});
