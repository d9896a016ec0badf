import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { noneCommunicator } from '../../../../core/communicators/none.ts';
import type { Communicator } from '../../../../plugins/sdk/index.ts';
import type { SaltSshProvisionerConfig } from '../../../../provisioners/salt-ssh/config.gen.ts';
import { provisioner } from '../../../../provisioners/salt-ssh/index.ts';
import { readOutcome } from '../../../../provisioners/salt-ssh/state-results.ts';
import { findSudo } from '../../../../provisioners/salt-ssh/steps/find-sudo.ts';
import { writeClients } from '../../../../provisioners/salt-ssh/steps/write-clients.ts';
import { writeConfiguration } from '../../../../provisioners/salt-ssh/steps/write-configuration.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { provisionRun } from '../../../support/provision-run.ts';

const address = { host: '192.0.2.1', port: 2222, user: 'admin' };

function config(options: JsonObject = {}): SaltSshProvisionerConfig {
  return componentConfig('provisioners/salt-ssh', { local_state_tree: 'states', ...options });
}

test('directories that are missing, or are files, are named', () => {
  const context = prepareContext({
    statPath: (path) => (({ states: 'directory', file: 'file' }) as const)[path as 'states' | 'file'],
  });
  const found = (options: JsonObject): readonly unknown[] =>
    provisioner.prepare(config(options), context).map(({ code, pointer, message }) => [code, pointer, message]);
  expect(found({ local_pillar_roots: 'states' })).toEqual([]);
  expect(found({ local_state_tree: 'gone', local_pillar_roots: 'file' })).toEqual([
    ['SALT_FILE_MISSING', '/local_state_tree', '"gone" does not exist'],
    ['SALT_FILE_MISSING', '/local_pillar_roots', '"file" is not a directory'],
  ]);
  expect(provisioner.inputFiles(config({ local_pillar_roots: 'p' }))).toEqual(['states', 'p']);
});

test('a guest that salt-ssh cannot log in to is told before anything is made', async () => {
  const behindSocks = { ...noneCommunicator, address: { ...address, throughSocks: true } };
  for (const guest of [noneCommunicator, behindSocks]) {
    const running = provisioner.provision(config(), provisionRun(guest));
    await expect(running).rejects.toMatchObject({ code: 'SALT_NO_ADDRESS' });
  }
});

test('states come in the order in which they ran, with what their commands wrote', () => {
  const states = {
    'cmd_|-b_|-false_|-run': {
      name: 'false',
      changes: { pid: 1, retcode: 1, stdout: 'one\ntwo', stderr: 'no' },
      result: false,
      comment: 'Command "false" run',
      __run_num__: 1,
      __id__: 'b',
    },
    'file_|-a_|-/etc/a_|-managed': { changes: {}, result: true, comment: 'is right', __run_num__: 0, __id__: 'a' },
  };
  const outcome = readOutcome(`[WARNING] x\n${JSON.stringify({ vm: states })}`, 'vm');
  expect(outcome).toEqual({
    states: [
      {
        id: 'a',
        function: 'file.managed',
        name: '/etc/a',
        succeeded: true,
        changed: false,
        comment: 'is right',
        output: [],
      },
      {
        id: 'b',
        function: 'cmd.run',
        name: 'false',
        succeeded: false,
        changed: true,
        comment: 'Command "false" run',
        output: ['one', 'two', 'no'],
      },
    ],
  });
  expect(readOutcome(JSON.stringify({ vm: { return: states, retcode: 2 } }), 'vm')).toEqual(outcome);
});

test.each<[JsonObject, string]>([
  [{ vm: ["No matching sls found for 'x'", 'and more'] }, "No matching sls found for 'x'; and more"],
  [{ vm: { stdout: '', stderr: 'ssh: no route', retcode: 255, _error: 'bad' } }, 'ssh: no route'],
  [{ vm: { stdout: 'out', stderr: '', retcode: 1 } }, 'out'],
  [{ vm: 'Minion did not return' }, 'Minion did not return'],
])('%j says why no state was applied', (printed, reason) => {
  expect(readOutcome(JSON.stringify(printed), 'vm')).toEqual({ reason });
});

test('what is no answer for the guest is none', () => {
  for (const printed of ['', 'Traceback', '{}', '{"other": {}}', '{"vm": null}', '{"vm": {']) {
    expect(readOutcome(printed, 'vm')).toBeUndefined();
  }
});

test('sudo is used by who is not root, and has to get a password that it asks for', async () => {
  const guest = (answer: string, password?: string): Communicator => ({
    ...noneCommunicator,
    address: { ...address, ...(password === undefined ? {} : { password }) },
    exec: () => Promise.resolve({ exitStatus: 0, disconnected: answer === 'gone', outputTail: `motd\n${answer}\n` }),
  });
  const find = (answer: string, password?: string, disabled = false): Promise<string> =>
    findSudo({ disable_sudo: disabled }, provisionRun(guest(answer, password)));
  expect(await find('root')).toBe('none');
  expect(await find('free')).toBe('free');
  expect(await find('asks', 'secret')).toBe('asks');
  expect(await find('asks', undefined, true)).toBe('none');
  await expect(find('asks')).rejects.toMatchObject({ code: 'SALT_SUDO' });
  await expect(find('gone')).rejects.toMatchObject({ code: 'COMMUNICATOR_LOST' });
});

test("Salt's client takes the host key and the jump host of the build before its own options", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-salt-ssh-'));
  await mkdir(join(directory, 's'));
  const bastion = { host: 'jump', port: 22, user: 'j', privateKeyFile: '/k/j', knownHostsLine: 'jump ssh-ed25519 A' };
  const guest = { ...address, password: 'hunter2', knownHostsLine: '[192.0.2.1]:2222 ssh-ed25519 B', bastion };
  const files = { knownHosts: '/w/known', askPass: '/w/ask' };
  const clients = await writeClients(guest, files, { directory, sockets: join(directory, 's') });
  const text = await readFile(join(clients, 'ssh'), 'utf8');
  expect(text).toContain("exec ssh -o StrictHostKeyChecking=yes -o 'UserKnownHostsFile=/w/known ~/.ssh/known_hosts'");
  expect(text).toMatch(/ProxyCommand=ssh -W \[%h\]:%p .* -i \/k\/j .* -l j jump/);
  expect(text).toMatch(/"\$@"\n$/);
  expect(text).not.toContain('hunter2');
  await rm(directory, { recursive: true });
});

test('the roster has what Salt needs and the password only for a sudo that asks', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-salt-ssh-'));
  const guest = { ...address, password: 'hunter2' };
  const options = config({ grains: { role: 'web' }, guest_path: '/usr/bin', thin_dir: '/opt/thin' });
  const run = { buildName: 'my vm (1)' };
  const made = await writeConfiguration(options, guest, 'asks', { directory, sockets: directory }, run);
  expect(made).toMatchObject({ minionId: 'my-vm-1-', thinDirectory: '/opt/thin' });
  expect(JSON.parse(await readFile(join(made.directory, 'roster'), 'utf8'))).toEqual({
    'my-vm-1-': {
      ...{ host: '192.0.2.1', port: 2222, user: 'admin', priv: 'agent-forwarding', thin_dir: '/opt/thin' },
      ...{ sudo: true, tty: true, passwd: 'hunter2', set_path: '/usr/bin', minion_opts: { grains: { role: 'web' } } },
    },
  });
  await rm(directory, { recursive: true });
  await mkdir(directory);
  const free = await writeConfiguration(options, guest, 'free', { directory, sockets: directory }, run);
  expect(await readFile(join(free.directory, 'roster'), 'utf8')).not.toContain('hunter2');
  await rm(directory, { recursive: true });
});
