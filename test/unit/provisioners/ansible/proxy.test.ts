import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { makeKeyPair } from '../../../../core/communicators/ssh/login/key-pair.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { AnsibleProvisionerConfig } from '../../../../provisioners/ansible/config.gen.ts';
import { guestCommand } from '../../../../provisioners/ansible/proxy/guest-command.ts';
import { openProxy } from '../../../../provisioners/ansible/steps/open-proxy.ts';
import { wantsProxy } from '../../../../provisioners/ansible/wants-proxy.ts';
import type { WayToGuest } from '../../../../provisioners/ansible/way-to-guest.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { logInTo } from '../../../support/ssh/ssh-guest.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

function config(options: JsonObject = {}): AnsibleProvisionerConfig {
  return componentConfig('provisioners/ansible', { playbook_file: 'site.yml', ...options });
}

describe('whether Ansible comes through the proxy', () => {
  const address = { host: 'h', port: 22, user: 'root' };
  test.each<[JsonObject, Communicator['address'], boolean]>([
    [{}, address, false],
    [{ use_proxy: true }, address, true],
    [{ use_proxy: false, local_port: 2200 }, { ...address, throughSocks: true }, false],
    [{ local_port: 2200 }, address, true],
    [{ ansible_proxy_key_type: 'RSA' }, address, true],
    [{ sftp_command: '' }, address, false],
    [{}, { ...address, throughSocks: true }, true],
    [{}, undefined, true],
  ])('%j with the address %j: %j', (options, given, expected) => {
    expect(wantsProxy(config(options), { address: given })).toBe(expected);
  });
});

describe('what a client asks for becomes a command in the guest', () => {
  test('as it is, or with the environment that is one', () => {
    const asked = { command: 'echo "$A" && true' };
    expect(guestCommand({ asked, environment: {} }, undefined)).toBe(asked.command);
    const environment = { A: "it's", 'X;reboot': '1', LC_ALL: 'C' };
    expect(guestCommand({ asked, environment }, undefined)).toBe(
      `exec env 'A=it'\\''s' LC_ALL=C sh -c 'echo "$A" && true'`,
    );
  });

  test('SFTP is the command that was given, or is looked for; there is no other subsystem', () => {
    const asked = { subsystem: 'sftp' };
    expect(guestCommand({ asked, environment: {} }, '/opt/sftp -e')).toBe('/opt/sftp -e');
    expect(guestCommand({ asked, environment: {} }, undefined)).toContain('/usr/lib/sftp-server');
    expect(guestCommand({ asked: { subsystem: 'netconf' }, environment: {} }, undefined)).toBeUndefined();
  });
});

describe.skipIf(lacks(['/usr/sbin/sshd', 'ssh', 'sftp', 'scp', 'ssh-keygen'], true))('the proxy', () => {
  let work: string;
  let way: WayToGuest;
  const signal = new AbortController().signal;

  async function open(guest: Communicator, options: JsonObject = {}): Promise<WayToGuest> {
    way = await openProxy(config(options), { directory: work, sockets: work }, provisionRun(guest));
    await writeFile(join(work, 'known_hosts'), `${way.address.knownHostsLine ?? ''}\n`);
    return way;
  }

  /** Options of a client that takes the proxy's key and no other. */
  function clientOptions(key = join(work, 'proxy-key')): string[] {
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${join(work, 'known_hosts')}`];
    return ['-F', 'none', '-i', key, ...options.flatMap((option) => ['-o', option])];
  }

  interface Outcome {
    readonly status: unknown;
    readonly stdout: Buffer;
    readonly stderr: string;
  }

  function client(program: string, args: readonly string[], input?: string | Buffer): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = {
        encoding: 'buffer',
        maxBuffer: 1 << 28,
        env: { ...process.env, LC_KILN: 'from here' },
      } as const;
      const child = execFile(program, args, options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : error.code, stdout, stderr: stderr.toString() }),
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  function ssh(command: string, options: readonly string[] = [], input?: string | Buffer): Promise<Outcome> {
    const place = ['-p', String(way.address.port), 'anyone@127.0.0.1'];
    return client('ssh', [...clientOptions(), ...options, ...place, command], input);
  }
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiln-proxy-'));
  });
  afterEach(async () => {
    await way.close();
    await rm(work, { recursive: true, force: true });
  });

  test('runs a command over the login of the build, with its streams and its status', async ({ sshd, guest }) => {
    await open(guest);
    const logins = sshd.log().match(/Accepted publickey/g)?.length;
    const command = 'cat; echo error >&2; echo "$LC_KILN"; exit 7';
    const outcome = await ssh(command, ['-o', 'SendEnv=LC_KILN'], 'input ');
    expect({ ...outcome, stdout: outcome.stdout.toString() }).toEqual({
      status: 7,
      stdout: 'input from here\n',
      stderr: 'error\n',
    });
    expect(sshd.log().match(/Accepted publickey/g)?.length).toBe(logins);
  });

  test('loses and adds no byte in either direction', async ({ guest }) => {
    await open(guest);
    const bytes = randomBytes(9_000_001);
    const { stdout, status } = await ssh('cat', [], bytes);
    expect(status).toBe(0);
    expect(stdout.equals(bytes)).toBe(true);
  });

  test('has a terminal for clients that ask for one, and tells of a signal', async ({ guest }) => {
    await open(guest);
    expect((await ssh('test -t 0 && echo terminal', ['-tt'])).stdout.toString()).toMatch(/^terminal\r?\n/);
    expect((await ssh('kill -TERM $$')).status).not.toBe(0);
  });

  test('serves several sessions of one connection side by side', async ({ guest }) => {
    await open(guest);
    const shared = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(work, 'm')}`, '-o', 'ControlPersist=20'];
    await ssh('true', shared);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map((number) => ssh(`sleep 0.1; echo ${number}`, shared)));
    expect(outcomes.map(({ stdout }) => stdout.toString())).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n']);
    await client('ssh', ['-o', `ControlPath=${join(work, 'm')}`, '-O', 'exit', 'x']);
  });

  test.for<[readonly string[]]>([[['-s']], [['-O']]])(
    'takes files by scp %j, both ways',
    async ([method], { guest }) => {
      await open(guest);
      const bytes = randomBytes(300_000);
      await writeFile(join(work, 'here'), bytes);
      const options = [...clientOptions(), ...method, '-P', String(way.address.port)];
      const there = `anyone@127.0.0.1:${join(work, 'there')}`;
      expect(await client('scp', [...options, join(work, 'here'), there])).toMatchObject({ status: 0 });
      expect(bytes.equals(await readFile(join(work, 'there')))).toBe(true);
      await client('scp', [...options, there, join(work, 'back')]);
      expect(bytes.equals(await readFile(join(work, 'back')))).toBe(true);
    },
  );

  test('says when the guest has no SFTP, and goes on', async ({ guest }) => {
    await open(guest, { sftp_command: 'echo no such program >&2; exit 127' });
    const options = [...clientOptions(), '-b', '-', '-P', String(way.address.port), 'anyone@127.0.0.1'];
    expect(await client('sftp', options, 'ls /\n')).toMatchObject({
      status: 255,
      stderr: expect.stringContaining('no such program') as string,
    });
    expect((await ssh('echo on')).stdout.toString()).toBe('on\n');
  });

  test('lets in nobody without its key, not by the name of its user, nor with a password', async ({ guest }) => {
    await open(guest);
    const other = await makeKeyPair('ed25519');
    await writeFile(join(work, 'other'), other.privateKey, { mode: 0o600 });
    const place = ['-p', String(way.address.port), `${way.address.user}@127.0.0.1`, 'true'];
    expect(await client('ssh', [...clientOptions(join(work, 'other')), ...place])).toMatchObject({
      status: 255,
      stderr: expect.stringContaining('Permission denied (publickey)') as string,
    });
    const open2 = ['-o', 'PubkeyAuthentication=no', '-o', 'PasswordAuthentication=yes'];
    expect(await client('ssh', [...clientOptions(), ...open2, ...place])).toMatchObject({ status: 255 });
  });

  test('forwards no ports and starts no shell', async ({ sshd, guest }) => {
    await open(guest);
    const place = ['-p', String(way.address.port), 'anyone@127.0.0.1'];
    const through = await client('ssh', [...clientOptions(), '-W', `127.0.0.1:${sshd.port}`, ...place]);
    expect(through.status).not.toBe(0);
    expect((await client('ssh', [...clientOptions(), ...place], 'echo hello\n')).stdout.toString()).toBe('');
  });

  test('shows the key and lets in the key that the template names', async ({ guest }) => {
    const [host, user] = await Promise.all([makeKeyPair('ed25519'), makeKeyPair('rsa', 2048)]);
    await writeFile(join(work, 'host'), host.privateKey, { mode: 0o600 });
    await writeFile(join(work, 'user'), user.privateKey, { mode: 0o600 });
    await writeFile(join(work, 'user.pub'), user.publicKey);
    await open(guest, { ssh_host_key_file: join(work, 'host'), ssh_authorized_key_file: join(work, 'user.pub') });
    expect(way.address.knownHostsLine).toBe(`[127.0.0.1]:${way.address.port} ${host.publicKey}`);
    expect(way.address.privateKeyFile).toBeUndefined();
    const place = ['-p', String(way.address.port), 'a@127.0.0.1', 'echo in'];
    const outcome = await client('ssh', [...clientOptions(join(work, 'user')), ...place]);
    expect(outcome.stdout.toString()).toBe('in\n');
  });

  test.for<[string, string]>([
    ['ECDSA', 'ecdsa-sha2-nistp521'],
    ['RSA', 'ssh-rsa'],
  ])('makes keys of the type %s', async ([type, name], { guest }) => {
    await open(guest, { ansible_proxy_key_type: type });
    expect(way.address.knownHostsLine).toContain(` ${name} `);
    const made = execFileSync('ssh-keygen', ['-y', '-f', join(work, 'proxy-key')], { encoding: 'utf8' });
    expect(made).toMatch(new RegExp(`^${name} `));
    expect((await ssh('echo in')).stdout.toString()).toBe('in\n');
  });

  test('refuses keys that are none, and names the file', async ({ guest }) => {
    await writeFile(join(work, 'no-key'), 'no key');
    way = { ...way, close: () => Promise.resolve() };
    await expect(open(guest, { ssh_host_key_file: join(work, 'no-key') })).rejects.toMatchObject({
      code: 'ANSIBLE_PROXY_KEY',
    });
    const gone = join(work, 'gone');
    await expect(open(guest, { ssh_authorized_key_file: gone })).rejects.toMatchObject({
      code: 'ANSIBLE_PROXY_KEY',
      message: expect.stringContaining(gone) as string,
    });
  });

  test('takes the next port when one is taken, and gives up after ten', async ({ guest }) => {
    const taken: Server[] = [];
    const take = async (port: number): Promise<number> => {
      const server = createServer();
      taken.push(server);
      const listening = new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(port, '127.0.0.1', () => resolve(true));
      });
      return (await listening) ? (server.address() as AddressInfo).port : port;
    };
    const first = Math.min(await take(0), 65_500);
    await open(guest, { local_port: first });
    expect(way.address.port).toBeGreaterThan(first);
    expect(way.address.port).toBeLessThan(first + 10);
    await way.close();
    for (let port = first; port < first + 10; port += 1) await take(port);
    await expect(open(guest, { local_port: first })).rejects.toMatchObject({ code: 'ANSIBLE_PROXY_PORT' });
    for (const server of taken) server.close();
  });

  test('ends a command in the guest whose client has gone, and all of them when it is closed', async ({ guest }) => {
    await open(guest);
    const running = async (mark: string): Promise<boolean> => {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
      return lines.some((line) => line.startsWith(`sleep\0${mark}`));
    };
    const start = (mark: string): ReturnType<typeof spawn> =>
      spawn('ssh', [...clientOptions(), '-p', String(way.address.port), 'a@127.0.0.1', `sleep ${mark}`], {
        stdio: 'ignore',
      });
    const [one, two] = [`97.${process.pid}1`, `97.${process.pid}2`];
    const child = start(one);
    await expect.poll(() => running(one), { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => running(one), { timeout: 20_000 }).toBe(false);
    start(two);
    await expect.poll(() => running(two), { timeout: 20_000 }).toBe(true);
    await way.close();
    await expect.poll(() => running(two), { timeout: 20_000 }).toBe(false);
    expect((await guest.exec('echo still there', { signal })).exitStatus).toBe(0);
  });

  test('tells the client and Kiln when the guest goes away', async ({ sshd }) => {
    const own = await logInTo(sshd);
    way = await openProxy(config(), { directory: work, sockets: work }, provisionRun(own));
    await writeFile(join(work, 'known_hosts'), `${way.address.knownHostsLine ?? ''}\n`);
    await own.close();
    expect(await ssh('true')).toMatchObject({ status: 255, stderr: expect.stringContaining('closed') as string });
    expect(way.failure()).toMatchObject({ code: 'COMMUNICATOR_CLOSED' });
  });
});
