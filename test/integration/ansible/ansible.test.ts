import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Communicator, GuestAddress } from '../../../core/contract/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from '../../../provisioners/ansible/config.gen.ts';
import { provisioner } from '../../../provisioners/ansible/index.ts';
import { acquireForTest } from '../../support/acquire.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { connectOptions, endpointOf, heardRun } from '../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../support/ssh/sshd.ts';
import { processes, processesDuring } from '../../support/kiln/watch-processes.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const programs = ['ansible-playbook', 'ansible-galaxy', 'ssh', '/usr/sbin/sshd'];

const render: ProvisionRun['render'] = (text, data) =>
  text.replaceAll(/\{\{ \.(\w+) \}\}/g, (_all, name: string) => JSON.stringify(data[name]).replaceAll('"', ''));

/** Those that Ansible finds by itself may be a version manager's. */
const interpreter = { ansible_python_interpreter: '/usr/bin/python3' };

describe.skipIf(lacks([...programs, 'useradd'], true)).each([
  { name: 'password', lines: ['PasswordAuthentication yes', 'UsePAM yes'] },
  { name: 'keyboard-interactive', lines: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] },
])('Ansible that logs in by $name', { timeout: 60_000 }, ({ lines }) => {
  const user = `kiln-a-${String(process.pid)}`;
  const password = `p4ss 'w"$rd`;
  let sshd: TestSshd;
  let work: string;
  const scope = acquireForTest();
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiln-ansible-password-'));
    await chmod(work, 0o755);
    execFileSync('useradd', ['--create-home', '--home-dir', join(work, 'home'), '--shell', '/bin/sh', user]);
    execFileSync('chpasswd', { input: `${user}:${password}\n` });
    // Not the file's server: this user logs in with a password, each way of asking for it in turn.
    sshd = await startSshd(lines);
  });
  afterAll(async () => {
    await sshd.stop();
    execFileSync('userdel', [user], { stdio: 'ignore' });
    await rm(work, { recursive: true, force: true });
  });

  test('it is given the password without sshpass, and shows it to nobody', async () => {
    const guest = await connectSsh(connectOptions(endpointOf(sshd.port, { username: user, password })), heardRun());
    const tasks = [{ command: 'id -un' }, { copy: { content: 'x', dest: '~/file' } }];
    await writeFile(
      join(work, 'site.yml'),
      JSON.stringify([{ hosts: 'all', gather_facts: false, vars: interpreter, tasks }]),
    );
    let seen: readonly string[] = [];
    const secrets: string[] = [];
    const run = provisionRun(guest, {
      acquire: scope.acquire,
      render,
      addSecret: (value) => void secrets.push(value),
      output: (_stream, line) => {
        if (line.startsWith('TASK [copy]')) void processes().then((found) => (seen = found));
      },
    });
    try {
      await provisioner.provision(
        componentConfig('provisioners/ansible', { playbook_file: join(work, 'site.yml'), skip_version_check: true }),
        run,
      );
    } finally {
      await guest.close();
      await scope.releaseAll();
    }
    expect(await readFile(join(work, 'home/file'), 'utf8')).toBe('x');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((line) => line.includes(password))).toEqual([]);
    expect(secrets).toEqual([password]);
  });
});

describe.skipIf(lacks(programs, true))('Ansible', { timeout: 120_000 }, () => {
  let guest: Communicator;
  let work: string;
  const scope = acquireForTest();

  test.beforeAll(async ({ sshd }) => {
    const key = { privateKeyFile: sshd.privateKeyFile };
    guest = await connectSsh(connectOptions(endpointOf(sshd.port, key)), heardRun());
  });
  afterAll(async () => {
    await guest.close();
  });
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiln-ansible-test-'));
  });
  afterEach(async () => {
    await scope.releaseAll();
    await rm(work, { recursive: true, force: true });
  });

  function config(options: JsonObject): AnsibleProvisionerConfig {
    const given = { playbook_file: join(work, 'site.yml'), skip_version_check: true, ...options };
    return componentConfig('provisioners/ansible', given);
  }

  async function play(
    tasks: readonly JsonObject[],
    options: JsonObject = {},
    given: Partial<ProvisionRun> = {},
    more: JsonObject = {},
  ): Promise<TestProvisionRun> {
    await writeFile(
      join(work, 'site.yml'),
      JSON.stringify([{ hosts: 'all', gather_facts: false, vars: interpreter, ...more, tasks }]),
    );
    const run = provisionRun(given.communicator ?? guest, { acquire: scope.acquire, render, ...given });
    await provisioner.provision(config(options), run);
    return run;
  }

  function withAddress(change: Partial<GuestAddress>): Communicator {
    if (guest.address === undefined) throw new Error('no address');
    return { ...guest, address: { ...guest.address, ...change } };
  }

  test('a playbook with a role, a template, a handler, become and async changes the guest, and finds nothing to do again', async () => {
    const role = join(work, 'roles/motd');
    for (const folder of ['tasks', 'templates', 'handlers']) await mkdir(join(role, folder), { recursive: true });
    await writeFile(
      join(role, 'tasks/main.yml'),
      JSON.stringify([
        {
          name: 'write it',
          template: { src: 'motd.j2', dest: join(work, 'motd') },
          become: true,
          notify: 'tell',
        },
        { name: 'take time', command: 'sleep 0.1', async: 20, poll: 1, changed_when: false },
      ]),
    );
    await writeFile(
      join(role, 'templates/motd.j2'),
      'by {{ packer_build_name }} of {{ packer_builder_type }} for {{ who }}\n',
    );
    await writeFile(join(role, 'handlers/main.yml'), JSON.stringify([{ name: 'tell', command: `touch ${work}/told` }]));
    const options = { extra_arguments: ['-e', 'who=me'] };
    const first = await play([], options, {}, { roles: ['motd'] });
    expect(await readFile(join(work, 'motd'), 'utf8')).toBe('by vm of qemu for me\n');
    expect(await readdir(work)).toContain('told');
    expect(first.shown.join('\n')).toMatch(/TASK \[motd : write it\][^]*changed=2/);
    const second = await play([], options, {}, { roles: ['motd'] });
    expect(second.shown.join('\n')).toMatch(/changed=0/);
  });

  test('the guest has its alias and its groups, and group_vars beside the inventory are read', async () => {
    await mkdir(join(work, 'inventory/group_vars'), { recursive: true });
    await writeFile(join(work, 'inventory/group_vars/web.yml'), 'colour: blue\n');
    const tasks = [
      {
        debug: { msg: '{{ inventory_hostname }} {{ group_names | sort | join(",") }} {{ colour }} {{ groups["db"] }}' },
      },
    ];
    const options = {
      host_alias: 'box',
      groups: ['web', 'prod'],
      empty_groups: ['db'],
      inventory_directory: join(work, 'inventory'),
    };
    const { shown } = await play(tasks, options);
    expect(shown.join('\n')).toContain('box prod,web blue []');
    await scope.releaseAll();
    expect(await readdir(join(work, 'inventory'))).toEqual(['group_vars']);
  });

  test('an inventory that is to be kept is named and stays', async ({ sshd }) => {
    await mkdir(join(work, 'inventory'));
    const options = { inventory_directory: join(work, 'inventory'), keep_inventory_file: true };
    const run = await play([{ ping: {} }], options);
    await scope.releaseAll();
    const [name = ''] = await readdir(join(work, 'inventory'));
    expect(run.said.join('\n')).toContain(`the inventory stays at ${join(work, 'inventory', name)}`);
    expect(await readFile(join(work, 'inventory', name), 'utf8')).toBe(
      `default ansible_host=127.0.0.1 ansible_user=root ansible_port=${sshd.port}\n`,
    );
  });

  test('an inventory of the template is used as it is, with the build its key and host key', async ({ sshd }) => {
    const inventory = join(work, 'hosts.ini');
    await writeFile(inventory, `[app]\nmine ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_user=root\n`);
    const { shown } = await play([{ ping: {} }], { inventory_file: inventory });
    expect(shown.join('\n')).toMatch(/mine +: ok=1/);
  });

  test('a template of the inventory says how the guest is called', async () => {
    const template = 'other ansible_host={{ .Host }} ansible_port={{ .Port }} ansible_user={{ .User }} x=1';
    const { shown } = await play([{ ping: {} }], { inventory_file_template: template, groups: ['g'] });
    expect(shown.join('\n')).toMatch(/other +: ok=1/);
  });

  test('all tasks share one login, and nothing of it is left', async ({ sshd }) => {
    const logins = (): number => sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const before = logins();
    await play([{ ping: {} }, { ping: {} }, { copy: { content: 'x', dest: join(work, 'file') } }]);
    expect(logins()).toBe(before + 1);
    const left = (await processes()).filter((line) => line.includes('[mux]') || line.includes('kiln_ansible'));
    expect(left).toEqual([]);
  });

  test('a task that fails ends the build with its name and the end of the output', async () => {
    await expect(
      play([
        { name: 'fine', ping: {} },
        { name: 'install it', command: 'sh -c "echo no such package >&2; exit 3"' },
      ]),
    ).rejects.toMatchObject({
      code: 'ANSIBLE_FAILED',
      exitStatus: 2,
      message: `playbook ${join(work, 'site.yml')} failed at the task "install it"`,
      outputTail: expect.stringContaining('no such package') as string,
    });
  });

  test('a playbook that Ansible cannot read is told with what Ansible says', async () => {
    await writeFile(join(work, 'bad.yml'), '- hosts: all\n  tasks: [\n');
    await expect(play([], { playbook_file: join(work, 'bad.yml') })).rejects.toMatchObject({
      code: 'ANSIBLE_FAILED',
      outputTail: expect.stringContaining('ERROR') as string,
    });
  });

  test('a guest that Ansible cannot reach is told as that', async () => {
    await expect(play([{ ping: {} }], {}, { communicator: withAddress({ port: 1 }) })).rejects.toMatchObject({
      code: 'ANSIBLE_UNREACHABLE',
      message: `playbook ${join(work, 'site.yml')}: Ansible cannot reach root@127.0.0.1:1`,
    });
  });

  test('a guest that shows another host key than to the build is not logged in to', async ({ sshd }) => {
    const other = execFileSync('ssh-keygen', ['-y', '-f', sshd.privateKeyFile], { encoding: 'utf8' }).trim();
    const communicator = withAddress({ knownHostsLine: `[127.0.0.1]:${sshd.port} ${other}` });
    await expect(play([{ ping: {} }], {}, { communicator })).rejects.toMatchObject({
      code: 'ANSIBLE_UNREACHABLE',
      outputTail: expect.stringContaining('Host key verification failed') as string,
    });
  });

  test('a program that is missing is named, with what to install', async () => {
    await expect(play([], { command: 'no-such-ansible', skip_version_check: false })).rejects.toMatchObject({
      code: 'ANSIBLE_MISSING',
      message: 'the program no-such-ansible is missing',
      hint: expect.stringContaining('ansible-core') as string,
    });
  });

  test('a version that is too old is told, unless it is not to be asked for', async () => {
    const old = join(work, 'old-ansible');
    await writeFile(old, '#!/bin/sh\necho "ansible-playbook 2.9.27"\n');
    await chmod(old, 0o755);
    await expect(play([], { command: old, skip_version_check: false })).rejects.toMatchObject({
      code: 'ANSIBLE_TOO_OLD',
      message: 'Ansible 2.9 is too old: Kiln needs 2.11 or newer',
    });
    await play([], { command: old });
  });

  test('a cancel in the middle of a task leaves no process, neither here nor of the connection', async () => {
    const controller = new AbortController();
    const mark = `kiln-mark-${crypto.randomUUID()}`;
    let started = false;
    const playing = play(
      [{ name: 'hang', shell: `echo ${mark} >/dev/null; sleep 55` }],
      {},
      {
        signal: controller.signal,
        output: (_stream, line) => {
          if (line.startsWith('TASK [hang]')) started = true;
        },
      },
    );
    await expect.poll(() => started, { timeout: 30_000 }).toBe(true);
    await expect
      .poll(async () => (await processes()).some((line) => line.includes(mark)), { timeout: 20_000 })
      .toBe(true);
    controller.abort();
    await expect(playing).rejects.toBeInstanceOf(CancelledError);
    const directories = scope.tokens.map((token) => `/tmp/kiln-${token}`);
    const isOurs = (line: string): boolean =>
      line.includes(join(work, 'site.yml')) || directories.some((directory) => line.includes(directory));
    await expect.poll(async () => (await processes()).filter(isOurs), { timeout: 8000 }).toEqual([]);
  });

  test('requirements from an offline source are installed where the playbook finds them', async () => {
    const source = join(work, 'source/offline');
    await mkdir(join(source, 'tasks'), { recursive: true });
    await mkdir(join(source, 'meta'), { recursive: true });
    await writeFile(
      join(source, 'meta/main.yml'),
      'galaxy_info: {author: me, description: d, license: MIT, min_ansible_version: "2.9"}\n',
    );
    await writeFile(join(source, 'tasks/main.yml'), '- ansible.builtin.debug: {msg: from the role}\n');
    execFileSync('tar', ['czf', join(work, 'offline.tar.gz'), '-C', join(work, 'source'), 'offline']);
    await writeFile(
      join(work, 'requirements.yml'),
      `roles:\n  - src: file://${join(work, 'offline.tar.gz')}\n    name: offline\n`,
    );
    const options = { galaxy_file: join(work, 'requirements.yml'), roles_path: join(work, 'installed') };
    const run = await play([], options, {}, { roles: ['offline'] });
    expect(await readdir(join(work, 'installed'))).toEqual(['offline']);
    expect(run.shown.join('\n')).toContain('from the role');
  });

  test('requirements that cannot be installed end the build before the playbook runs', async () => {
    await writeFile(
      join(work, 'requirements.yml'),
      `roles:\n  - src: file://${join(work, 'none.tar.gz')}\n    name: none\n`,
    );
    await expect(
      play([], { galaxy_file: join(work, 'requirements.yml'), roles_path: join(work, 'installed') }),
    ).rejects.toMatchObject({ code: 'ANSIBLE_GALAXY_FAILED' });
  });

  test('variables and secrets are in no command line, neither of this machine nor of the guest', async () => {
    const secret = 'hunter2-of-this-test';
    const dest = join(work, 'token');
    const tasks = [{ copy: { content: '{{ token }}', dest }, become: true }, { command: 'sleep 0.4625' }];
    const seen = await processesDuring(() => play(tasks, { extra_arguments: ['-e', `token="${secret}"`] }));
    expect(await readFile(dest, 'utf8')).toBe(secret);
    expect(seen).toContain('sleep 0.4625');
    expect(seen.some((line) => line.includes(join(work, 'site.yml')))).toBe(true);
    expect(seen.filter((line) => line.includes(secret))).toEqual([]);
  });
});
