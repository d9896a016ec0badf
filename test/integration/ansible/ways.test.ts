import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { provisioner } from '../../../provisioners/ansible/index.ts';
import { acquireForTest } from '../../support/acquire.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { endpointOf, logInTo } from '../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.warn('skipped without KILN_LONG_TESTS=1: older ways of Ansible through the proxy');

const programs = ['ansible-playbook', 'ssh', 'ssh-keygen', '/usr/sbin/sshd'];
const render: ProvisionRun['render'] = (text, data) =>
  text.replaceAll(/\{\{ \.(\w+) \}\}/g, (_all, name: string) => JSON.stringify(data[name]).replaceAll('"', ''));
const interpreter = { ansible_python_interpreter: '/usr/bin/python3' };

const test = testWithSshd();

describe.skipIf(lacks(programs, true))('the way Ansible takes to the guest', { timeout: 180_000 }, () => {
  let bastion: TestSshd;
  let work: string;
  const scope = acquireForTest();

  beforeAll(async () => {
    bastion = await startSshd();
  });
  afterAll(() => bastion.stop());
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiln-ansible-ways-'));
  });
  afterEach(async () => {
    await scope.releaseAll();
    await rm(work, { recursive: true, force: true });
  });

  async function play(
    communicator: Communicator,
    tasks: readonly JsonObject[],
    options: JsonObject = {},
    given: Partial<ProvisionRun> = {},
  ): Promise<TestProvisionRun> {
    const playbook = [{ hosts: 'all', gather_facts: false, vars: interpreter, tasks }];
    await writeFile(join(work, 'site.yml'), JSON.stringify(playbook));
    const run = provisionRun(communicator, { acquire: scope.acquire, render, ...given });
    const whole = { playbook_file: join(work, 'site.yml'), skip_version_check: true, ...options };
    await provisioner.provision(componentConfig('provisioners/ansible', whole), run);
    return run;
  }

  const logins = (server: TestSshd): number => server.log().match(/Accepted publickey/g)?.length ?? 0;

  describe('through the proxy', () => {
    test('runs tasks with become, async and templates, and takes files both ways, without another login', async ({
      sshd,
      guest,
    }) => {
      const bytes = randomBytes(400_000);
      await writeFile(join(work, 'binary'), bytes);
      await writeFile(join(work, 'a.j2'), '{{ who }} is {{ ansible_user }}\n');
      const before = logins(sshd);
      const tasks: readonly JsonObject[] = [
        { copy: { src: join(work, 'binary'), dest: join(work, 'there'), mode: '0640' }, become: true },
        { fetch: { src: join(work, 'there'), dest: join(work, 'fetched'), flat: true } },
        { template: { src: join(work, 'a.j2'), dest: join(work, 'templated') } },
        { shell: 'sleep 0.2; echo $FROM_HERE > told', args: { chdir: work }, async: 20, poll: 1 },
      ];
      const run = await play(guest, tasks, {
        use_proxy: true,
        extra_arguments: ['-e', 'who=me'],
        ansible_ssh_extra_args: ['-o SetEnv=FROM_HERE=yes'],
      });
      expect(bytes.equals(await readFile(join(work, 'there')))).toBe(true);
      expect(bytes.equals(await readFile(join(work, 'fetched')))).toBe(true);
      expect(await readFile(join(work, 'templated'), 'utf8')).toBe('me is root\n');
      expect(await readFile(join(work, 'told'), 'utf8')).toBe('yes\n');
      expect(run.shown.join('\n')).not.toMatch(/WARNING.*transfer mechanism/);
      expect(run.said.join('\n')).toContain("through Kiln's proxy at 127.0.0.1:");
      expect(logins(sshd)).toBe(before);
    });

    test.runIf(long)('works without pipelining and in a terminal, as older playbooks want it', async ({ guest }) => {
      const options = { use_proxy: true, ansible_env_vars: ['ANSIBLE_PIPELINING=False'], user: 'somebody' };
      const tasks = [{ command: 'id -un', become: true, register: 'me' }, { debug: { msg: '{{ me.stdout }}' } }];
      expect((await play(guest, tasks, options)).shown.join('\n')).toContain('"msg": "root"');
    });

    test('brings files to a guest without SFTP by another way', async ({ guest }) => {
      const options = { sftp_command: 'exit 127' };
      await play(guest, [{ copy: { content: 'text', dest: join(work, 'there') } }], options);
      expect(await readFile(join(work, 'there'), 'utf8')).toBe('text');
    });

    test.runIf(long)('brings none when SFTP alone is to be used and is not there', async ({ guest }) => {
      const options = { sftp_command: 'exit 127' };
      const sftpAlone = play(guest, [{ copy: { content: 'text', dest: join(work, 'there-too') } }], {
        ...options,
        use_sftp: true,
        ansible_env_vars: ['ANSIBLE_PIPELINING=False'],
      });
      await expect(sftpAlone).rejects.toMatchObject({ code: expect.stringMatching(/^ANSIBLE_/) as string });
    });

    test('is taken by itself where Ansible could not log in, and by a key that only the template knows', async ({
      guest,
    }) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(work, 'own')]);
      const communicator = { ...guest, address: undefined };
      const options = {
        ssh_authorized_key_file: join(work, 'own.pub'),
        extra_arguments: ['--private-key', join(work, 'own')],
      };
      await play(communicator, [{ copy: { content: 'a', dest: join(work, 'file') } }], options);
      expect((await readdir(work)).sort()).toEqual(['file', 'own', 'own.pub', 'site.yml']);
    });

    test('a task that fails is named, and so is the guest that went away', async ({ sshd, guest }) => {
      const failing = play(guest, [{ name: 'fail it', command: 'false' }], { use_proxy: true });
      await expect(failing).rejects.toMatchObject({
        code: 'ANSIBLE_FAILED',
        message: expect.stringContaining('"fail it"') as string,
      });
      const own = await logInTo(sshd);
      const tasks = [{ name: 'before', ping: {} }, { pause: { seconds: 1 } }, { name: 'after', ping: {} }];
      const losing = play(
        own,
        tasks,
        { use_proxy: true },
        {
          output: (_stream, line) => {
            if (line.startsWith('TASK [pause]')) void own.close();
          },
        },
      );
      await expect(losing).rejects.toMatchObject({
        code: 'ANSIBLE_UNREACHABLE',
        message: expect.stringContaining('the proxy lost the guest') as string,
      });
    });

    test('a cancel leaves neither the command in the guest nor the port', async ({ guest }) => {
      const controller = new AbortController();
      const mark = `97.${process.pid}3`;
      const listening = (): Promise<string> => readFile('/proc/net/tcp', 'utf8');
      const running = async (): Promise<boolean> => {
        const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
        const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
        return lines.some((line) => line === `sleep\0${mark}\0`);
      };
      const said: string[] = [];
      const playing = play(
        guest,
        [{ command: `sleep ${mark}` }],
        { use_proxy: true },
        {
          signal: controller.signal,
          say: (text) => void said.push(text),
        },
      );
      await expect.poll(running, { timeout: 40_000 }).toBe(true);
      controller.abort();
      await expect(playing).rejects.toBeInstanceOf(CancelledError);
      await expect.poll(running, { timeout: 20_000 }).toBe(false);
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(said.join('\n'))?.[1]);
      const listener = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
      expect(await listening()).not.toContain(listener);
    });
  });

  describe('over a jump host', () => {
    test("is the one of the build, with the jump host's own key and the host keys that were seen", async ({ sshd }) => {
      const key = { privateKeyFile: bastion.privateKeyFile };
      const communicator = await logInTo(sshd, { bastion: endpointOf(bastion.port, key) });
      const before = [logins(bastion), logins(sshd)];
      const address = communicator.address!;
      const withKey = { ...communicator, address: { ...address, privateKeyFile: sshd.privateKeyFile } };
      await play(withKey, [{ ping: {} }, { copy: { content: 'x', dest: join(work, 'there') } }]);
      expect(await readFile(join(work, 'there'), 'utf8')).toBe('x');
      expect([logins(bastion), logins(sshd)]).toEqual(before.map((count) => count + 1));

      const other = execFileSync('ssh-keygen', ['-y', '-f', sshd.privateKeyFile], { encoding: 'utf8' }).trim();
      const forged = { ...address.bastion!, knownHostsLine: `[127.0.0.1]:${bastion.port} ${other}` };
      const wrong = { ...withKey, address: { ...withKey.address, bastion: forged } };
      const seen = logins(bastion);
      await expect(play(wrong, [{ ping: {} }])).rejects.toMatchObject({ code: 'ANSIBLE_UNREACHABLE' });
      expect(logins(bastion)).toBe(seen);
      await communicator.close();
    });

    test('through the proxy needs no login of its own', async ({ sshd }) => {
      const key = { privateKeyFile: bastion.privateKeyFile };
      const communicator = await logInTo(sshd, { bastion: endpointOf(bastion.port, key) });
      const before = [logins(bastion), logins(sshd)];
      await play(communicator, [{ ping: {} }], { use_proxy: true });
      expect([logins(bastion), logins(sshd)]).toEqual(before);
      await communicator.close();
    });
  });

  test('with a key that has a passphrase is opened with it, and shows it to nobody', async ({ sshd, guest }) => {
    const locked = join(work, 'locked key');
    await copyFile(sshd.privateKeyFile, locked);
    execFileSync('ssh-keygen', ['-q', '-p', '-N', "open 'me'", '-f', locked]);
    const secrets: string[] = [];
    const address = { ...guest.address!, privateKeyFile: locked, passphrase: "open 'me'" };
    await play(
      { ...guest, address },
      [{ copy: { content: 'x', dest: join(work, 'there') } }],
      {},
      {
        addSecret: (value) => void secrets.push(value),
      },
    );
    expect(await readFile(join(work, 'there'), 'utf8')).toBe('x');
    expect(secrets).toEqual(["open 'me'"]);
  });
});
