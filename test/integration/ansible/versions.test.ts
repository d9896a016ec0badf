import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { provisioner } from '../../../provisioners/ansible/index.ts';
import { acquireForTest } from '../../support/acquire.ts';
import { newerAnsibleDirectory } from '../../support/python/ansible-venv.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { connectOptions, endpointOf, heardRun } from '../../support/ssh/ssh-guest.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

/** Those of Debian's package `ansible` are for Debian's ansible-core. */
const COLLECTIONS = '/usr/lib/python3/dist-packages';
const newerCollections = process.env['KILN_TEST_ANSIBLE_COLLECTIONS'];
if (newerCollections === undefined) {
  console.warn(
    'skipped without KILN_TEST_ANSIBLE_COLLECTIONS (a directory with ansible.posix 2): rsync by the newer Ansible',
  );
}
const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.warn('skipped without KILN_LONG_TESTS=1: ansible-core 2.19');
const programs = ['/usr/sbin/sshd', 'ssh', 'git', 'rsync', '/usr/bin/ansible-playbook'];
const cannotRun = lacks([...programs, `${COLLECTIONS}/ansible_collections/ansible/posix`], true);
const versions = [
  { version: '2.14', directory: '/usr/bin' },
  { version: '2.19', directory: cannotRun || !long ? undefined : newerAnsibleDirectory() },
].filter(({ directory }) => directory !== undefined);

const render: ProvisionRun['render'] = (text, data) =>
  text.replaceAll(/\{\{ \.(\w+) \}\}/g, (_all, name: string) => JSON.stringify(data[name]).replaceAll('"', ''));

describe.skipIf(cannotRun).each(versions)(
  'ansible-core $version',
  { timeout: 180_000 },
  ({ version, directory = '' }) => {
    // What Debian's does besides is in ansible.test.ts.
    const isNewer = version !== '2.14';
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
      work = await mkdtemp(join(tmpdir(), 'kiln-ansible-versions-'));
    });
    afterEach(async () => {
      await scope.releaseAll();
      await rm(work, { recursive: true, force: true });
    });

    async function play(
      tasks: readonly JsonObject[],
      options: JsonObject,
      more: JsonObject = {},
    ): Promise<TestProvisionRun> {
      const vars = { ansible_python_interpreter: '/usr/bin/python3' };
      const playbook = [{ hosts: 'all', gather_facts: false, vars, ...more, tasks }];
      await writeFile(join(work, 'site.yml'), JSON.stringify(playbook));
      const run = provisionRun(guest, { acquire: scope.acquire, render });
      const commands = {
        command: join(directory, 'ansible-playbook'),
        galaxy_command: join(directory, 'ansible-galaxy'),
      };
      const whole = { playbook_file: join(work, 'site.yml'), ...commands, skip_version_check: !isNewer, ...options };
      await provisioner.provision(componentConfig('provisioners/ansible', whole), run);
      return run;
    }

    test.runIf(isNewer)(
      'runs a role with a template, a handler, become and async over one login of its own',
      async () => {
        const role = join(work, 'roles/motd');
        for (const folder of ['tasks', 'templates', 'handlers']) await mkdir(join(role, folder), { recursive: true });
        const tasks = [
          { name: 'write it', template: { src: 'a.j2', dest: join(work, 'motd') }, become: true, notify: 'tell' },
          { name: 'take time', command: 'sleep 0.1', async: 20, poll: 1, changed_when: false },
        ];
        await writeFile(join(role, 'tasks/main.yml'), JSON.stringify(tasks));
        await writeFile(join(role, 'templates/a.j2'), 'by {{ packer_build_name }} for {{ who }}\n');
        await writeFile(
          join(role, 'handlers/main.yml'),
          JSON.stringify([{ name: 'tell', command: `touch ${work}/told` }]),
        );
        const options = { extra_arguments: ['-e', 'who=me'], groups: ['web'] };
        const run = await play([], options, { roles: ['motd'] });
        expect(run.said[0]).toMatch(/core 2\.19\./);
        expect(await readFile(join(work, 'motd'), 'utf8')).toBe('by vm for me\n');
        expect(await readFile(join(work, 'told'), 'utf8')).toBe('');
      },
    );

    test.runIf(isNewer)('names the task that fails', async () => {
      const failing = play(
        [
          { name: 'fine', ping: {} },
          { name: 'break it', command: 'false' },
        ],
        {},
      );
      await expect(failing).rejects.toMatchObject({
        code: 'ANSIBLE_FAILED',
        message: expect.stringContaining('failed at the task "break it"') as string,
      });
    });

    test.runIf(isNewer)('comes through the proxy, with files both ways', async () => {
      await writeFile(join(work, 'here'), 'text');
      const there = join(work, 'there');
      const tasks = [
        { copy: { src: join(work, 'here'), dest: there } },
        { fetch: { src: there, dest: join(work, 'back'), flat: true } },
      ];
      await play(tasks, { use_proxy: true });
      expect(await readFile(join(work, 'back'), 'utf8')).toBe('text');
    });

    test.runIf(!isNewer || newerCollections !== undefined)(
      'synchronizes a directory by rsync, as root and over its own login, and finds nothing to do again',
      async () => {
        await mkdir(join(work, 'source/below'), { recursive: true });
        await writeFile(join(work, 'source/below/file'), 'text');
        await writeFile(join(work, 'source/left-out.tmp'), '');
        const dest = `${join(work, 'there')}/`;
        const synchronize = { src: `${join(work, 'source')}/`, dest, delete: true, rsync_opts: ['--exclude=*.tmp'] };
        const tasks = [
          { file: { path: dest, state: 'directory' } },
          { 'ansible.posix.synchronize': synchronize, become: true },
        ];
        const options = isNewer ? { collections_path: newerCollections ?? '' } : {};
        await play(tasks, options);
        expect(await readFile(join(work, 'there/below/file'), 'utf8')).toBe('text');
        expect(await readdir(join(work, 'there'))).toEqual(['below']);
        const again = await play(tasks, options);
        expect(again.shown.join('\n')).toMatch(/changed=0/);
      },
    );

    test('takes a role from a git repository and a collection from an archive, without a network', async () => {
      const role = join(work, 'role');
      await mkdir(join(role, 'tasks'), { recursive: true });
      await mkdir(join(role, 'meta'));
      await writeFile(join(role, 'meta/main.yml'), 'galaxy_info: {author: me, description: d, license: MIT}\n');
      await writeFile(join(role, 'tasks/main.yml'), '- ansible.builtin.debug: {msg: from the tag}\n');
      const git = (...args: string[]): Buffer =>
        execFileSync('git', ['-C', role, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
      git('init', '-q');
      git('add', '.');
      git('commit', '-qm', 'first');
      git('tag', 'v1');
      await writeFile(join(role, 'tasks/main.yml'), '- ansible.builtin.fail: {msg: not the tag}\n');
      git('commit', '-qam', 'second');

      const collection = join(work, 'collection');
      await mkdir(join(collection, 'roles/greet/tasks'), { recursive: true });
      await writeFile(
        join(collection, 'roles/greet/tasks/main.yml'),
        '- ansible.builtin.debug: {msg: from the archive}\n',
      );
      await writeFile(
        join(collection, 'galaxy.yml'),
        JSON.stringify({ namespace: 'mine', name: 'own', version: '1.2.3', readme: 'README.md', authors: ['me'] }),
      );
      await writeFile(join(collection, 'README.md'), '');
      const galaxy = join(directory, 'ansible-galaxy');
      execFileSync(galaxy, ['collection', 'build', '--output-path', work, collection]);

      await writeFile(
        join(work, 'requirements.yml'),
        JSON.stringify({
          roles: [{ name: 'tagged', src: `file://${role}`, scm: 'git', version: 'v1' }],
          collections: [{ name: join(work, 'mine-own-1.2.3.tar.gz'), type: 'file' }],
        }),
      );
      const options = {
        galaxy_file: join(work, 'requirements.yml'),
        roles_path: join(work, 'roles'),
        collections_path: join(work, 'collections'),
      };
      const { shown } = await play([], options, { roles: ['tagged', 'mine.own.greet'] });
      expect(shown.join('\n')).toMatch(/from the tag[^]*from the archive/);
    });
  },
);
