import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../core/communicators/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { JsonObject } from '../../../core/run/json.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { provisioner } from '../../../provisioners/ansible/index.ts';
import { acquireForTest } from '../../support/acquire.ts';
import { newerAnsibleDirectory } from '../../support/ansible-venv.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { connectOptions, endpointOf, heardRun } from '../../support/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.warn('skipped without KILN_LONG_TESTS=1: ansible-core 2.19');
const cannotRun = !long || lacks(['/usr/sbin/sshd', 'ssh', 'python3'], true);
const ansible = cannotRun ? undefined : newerAnsibleDirectory();

const render: ProvisionRun['render'] = (text, data) =>
  text.replaceAll(/\{\{ \.(\w+) \}\}/g, (_all, name: string) => JSON.stringify(data[name]).replaceAll('"', ''));

describe.skipIf(ansible === undefined)('ansible-core 2.19', { timeout: 180_000 }, () => {
  let sshd: TestSshd;
  let guest: Communicator;
  let work: string;
  const scope = acquireForTest();
  beforeAll(async () => {
    sshd = await startSshd();
    const key = { privateKeyFile: sshd.privateKeyFile };
    guest = await connectSsh(connectOptions(endpointOf(sshd.port, key)), heardRun());
  });
  afterAll(async () => {
    await guest.close();
    await sshd.stop();
  });
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiln-newer-ansible-'));
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
    const command = join(ansible ?? '', 'ansible-playbook');
    const whole = { playbook_file: join(work, 'site.yml'), command, ...options };
    await provisioner.provision(componentConfig('provisioners/ansible', whole), run);
    return run;
  }

  test('runs a role with a template, a handler, become and async over one login of its own', async () => {
    const role = join(work, 'roles/motd');
    for (const folder of ['tasks', 'templates', 'handlers']) await mkdir(join(role, folder), { recursive: true });
    const tasks = [
      { name: 'write it', template: { src: 'a.j2', dest: join(work, 'motd') }, become: true, notify: 'tell' },
      { name: 'take time', command: 'sleep 0.1', async: 20, poll: 1, changed_when: false },
    ];
    await writeFile(join(role, 'tasks/main.yml'), JSON.stringify(tasks));
    await writeFile(join(role, 'templates/a.j2'), 'by {{ packer_build_name }} for {{ who }}\n');
    await writeFile(join(role, 'handlers/main.yml'), JSON.stringify([{ name: 'tell', command: `touch ${work}/told` }]));
    const options = { extra_arguments: ['-e', 'who=me'], groups: ['web'] };
    const run = await play([], options, { roles: ['motd'] });
    expect(run.said[0]).toMatch(/core 2\.19\./);
    expect(await readFile(join(work, 'motd'), 'utf8')).toBe('by vm for me\n');
    expect(await readFile(join(work, 'told'), 'utf8')).toBe('');
  });

  test('names the task that fails', async () => {
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

  test('comes through the proxy, with files both ways', async () => {
    await writeFile(join(work, 'here'), 'text');
    const there = join(work, 'there');
    const tasks = [
      { copy: { src: join(work, 'here'), dest: there } },
      { fetch: { src: there, dest: join(work, 'back'), flat: true } },
    ];
    await play(tasks, { use_proxy: true });
    expect(await readFile(join(work, 'back'), 'utf8')).toBe('text');
  });
});
