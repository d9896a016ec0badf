import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { provisioner } from '../../../provisioners/salt-ssh/index.ts';
import { acquireForTest } from '../../support/acquire.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { saltDirectory } from '../../support/python/salt.ts';
import { connectOptions, endpointOf, heardRun } from '../../support/ssh/ssh-guest.ts';
import { startSshd } from '../../support/ssh/sshd.ts';
import { processesDuring } from '../../support/kiln/watch-processes.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['PasswordAuthentication yes', 'UsePAM yes']);

const cannotRun = lacks(['/usr/sbin/sshd', 'ssh', 'python3', 'sudo', 'useradd', 'chpasswd'], true);
const salt = cannotRun ? undefined : saltDirectory();
const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long)
  console.warn(
    'skipped without KILN_LONG_TESTS=1: salt-ssh that cannot apply states, with a sudo that asks, over a jump host',
  );

/** salt-ssh packs itself for the guest at each first run. */
describe.skipIf(salt === undefined)('salt-ssh', { timeout: 240_000 }, () => {
  let guest: Communicator;
  let home: string;
  let work: string;
  const scope = acquireForTest();

  test.beforeAll(async ({ sshd }) => {
    home = await mkdtemp(join(tmpdir(), 'kiln-salt-ssh-'));
    await chmod(home, 0o755);
    const key = { privateKeyFile: sshd.privateKeyFile };
    guest = await connectSsh(connectOptions(endpointOf(sshd.port, key)), heardRun());
  });
  afterAll(async () => {
    await guest.close();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    work = await mkdtemp(join(home, 'work-'));
    await mkdir(join(work, 'states/app'), { recursive: true });
    await mkdir(join(work, 'pillar'));
  });
  afterEach(() => scope.releaseAll());

  function write(name: string, text: string): Promise<void> {
    return writeFile(join(work, name), text);
  }

  async function apply(options: JsonObject, communicator: Communicator = guest): Promise<TestProvisionRun> {
    const run = provisionRun(communicator, { acquire: scope.acquire });
    const whole = {
      local_state_tree: join(work, 'states'),
      local_pillar_roots: join(work, 'pillar'),
      command: join(salt ?? '', 'salt-ssh'),
      // A version manager's Python is of no use to Salt.
      guest_path: '/usr/bin:/bin:/usr/sbin:/sbin',
      minion_id: 'box',
      ...options,
    };
    await provisioner.provision(componentConfig('provisioners/salt-ssh', whole), run);
    return run;
  }

  async function writeTree(): Promise<void> {
    await write('states/top.sls', "base:\n  'box':\n    - app\n  'other*':\n    - missing\n");
    await write(
      'states/app/init.sls',
      `result:\n  file.managed:\n    - name: ${work}/result\n    - source: salt://app/result.j2\n    - template: jinja\n` +
        `told:\n  cmd.run:\n    - name: id -un > ${work}/told\n    - onchanges:\n      - file: result\n`,
    );
    await write('states/app/result.j2', "{{ pillar['who'] }} {{ grains['role'] }} {{ grains['id'] }}\n");
    await write('pillar/top.sls', "base:\n  'box':\n    - who\n");
    await write('pillar/who.sls', 'who: me\n');
  }

  test('a highstate for this guest with pillar, grains and requisites is applied, and has nothing to do again', async () => {
    await writeTree();
    await write('pillar/who.sls', 'who: me\ntoken: hunter2-of-salt-ssh\n');
    let first: TestProvisionRun | undefined;
    const seen = await processesDuring(async () => (first = await apply({ grains: { role: 'web' } })));
    expect(seen.some((line) => line.includes('salt-ssh'))).toBe(true);
    expect(seen.filter((line) => line.includes('hunter2-of-salt-ssh'))).toEqual([]);
    expect(await readFile(join(work, 'result'), 'utf8')).toBe('me web box\n');
    expect(await readFile(join(work, 'told'), 'utf8')).toBe('root\n');
    expect(first?.shown.join('\n')).toMatch(/changed: result \(file.managed\)[^]*changed: told \(cmd.run\)/);
    expect(first?.said).toContain('2 states: 2 changed, 0 failed');
    await rm(join(work, 'told'));
    const again = await apply({ grains: { role: 'web' } });
    expect(again.said).toContain('2 states: 0 changed, 0 failed');
    expect(existsSync(join(work, 'told'))).toBe(false);
    await scope.releaseAll();
    const left = [...(await readdir('/var/tmp')), ...(await readdir('/tmp'))];
    expect(left.filter((name) => scope.tokens.some((token) => name.includes(token)))).toEqual([]);
  });

  test("a state that fails ends the build with the state's own message", async () => {
    await write(
      'states/bad.sls',
      'fine:\n  test.nop\nbreaks:\n  cmd.run:\n    - name: echo no such thing >&2; exit 3\n',
    );
    await expect(apply({ custom_state: 'bad' })).rejects.toMatchObject({
      code: 'SALT_FAILED',
      message: 'a state failed: breaks (cmd.run): Command "echo no such thing >&2; exit 3" run',
      outputTail: 'no such thing',
    });
  });

  test.runIf(long)('a tree that cannot be rendered ends the build with what Salt says', async () => {
    await write('states/bad.sls', 'x:\n  - {{ nothing\n');
    await expect(apply({ custom_state: 'bad' })).rejects.toMatchObject({
      code: 'SALT_SSH_FAILED',
      message: expect.stringMatching(/Rendering SLS|Jinja/) as string,
    });
  });

  test.runIf(long)('a guest that is not reached, or shows another host key, is told', async ({ sshd }) => {
    const change = (address: JsonObject): Communicator => ({ ...guest, address: { ...guest.address!, ...address } });
    await expect(apply({ custom_state: 'x' }, change({ port: 1 }))).rejects.toMatchObject({ code: 'SALT_SSH_FAILED' });
    const other = execFileSync('ssh-keygen', ['-y', '-f', sshd.privateKeyFile], { encoding: 'utf8' }).trim();
    const forged = change({ knownHostsLine: `[127.0.0.1]:${sshd.port} ${other}` });
    await expect(apply({ custom_state: 'x' }, forged)).rejects.toMatchObject({
      code: 'SALT_SSH_FAILED',
      message: expect.stringContaining('Host key verification failed') as string,
    });
  });

  test('a program that is missing is named', async () => {
    await expect(apply({ command: 'no-such-salt-ssh' })).rejects.toMatchObject({ code: 'SALT_SSH_MISSING' });
  });

  test.runIf(long)(
    'a user who is not root uses sudo with the password, which no command line shows',
    async ({ sshd }) => {
      const user = `kiln-s-${process.pid.toString(36)}`;
      const password = `pa ss'"$word`;
      const sudoers = `/etc/sudoers.d/${user}`;
      execFileSync('useradd', ['--create-home', '--home-dir', join(home, user), '--shell', '/bin/sh', user]);
      execFileSync('chpasswd', { input: `${user}:${password}\n` });
      await writeFile(sudoers, `${user} ALL=(ALL) ALL\n`, { mode: 0o440 });
      const endpoint = endpointOf(sshd.port, { username: user, password });
      const own = await connectSsh(connectOptions(endpoint), heardRun());
      const seen = new Set<string>();
      const look = setInterval(() => {
        seen.add(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(password) ? 'shown' : 'hidden');
      }, 300);
      try {
        await writeTree();
        await apply({ grains: { role: 'web' } }, own);
        expect((await stat(join(work, 'result'))).uid).toBe(0);
        expect(await readFile(join(work, 'told'), 'utf8')).toBe('root\n');
        expect([...seen]).toEqual(['hidden']);
      } finally {
        clearInterval(look);
        await own.close();
        await rm(sudoers, { force: true });
        execFileSync('userdel', [user], { stdio: 'ignore' });
      }
    },
  );

  test.runIf(long)('a guest behind a jump host is reached over it', async ({ sshd }) => {
    const bastion = await startSshd();
    const jump = endpointOf(bastion.port, { privateKeyFile: bastion.privateKeyFile });
    const endpoint = endpointOf(sshd.port, { privateKeyFile: sshd.privateKeyFile });
    const own = await connectSsh(connectOptions(endpoint, { bastion: jump }), heardRun());
    await write('states/one.sls', 'one:\n  test.nop\n');
    const logins = (): number => bastion.log().match(/Accepted publickey/g)?.length ?? 0;
    const before = logins();
    const run = await apply({ custom_state: 'one' }, own);
    expect(run.said).toContain('1 states: 0 changed, 0 failed');
    expect(logins()).toBeGreaterThan(before);
    await own.close();
    await bastion.stop();
  });
});
