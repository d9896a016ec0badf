import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { noneCommunicator } from '../../../../core/communicators/none.ts';
import type { AnsibleProvisionerConfig } from '../../../../provisioners/ansible/config.gen.ts';
import { connectionVariables } from '../../../../provisioners/ansible/connection.ts';
import { environmentOf } from '../../../../provisioners/ansible/environment.ts';
import { provisioner } from '../../../../provisioners/ansible/index.ts';
import { connectionInventory, hostNames, inventoryText } from '../../../../provisioners/ansible/inventory.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { provisionRun } from '../../../support/provision-run.ts';

function config(options: JsonObject = {}): AnsibleProvisionerConfig {
  return componentConfig('provisioners/ansible', { playbook_file: 'site.yml', ...options });
}

describe('what is wrong with a template', () => {
  const there: Readonly<Record<string, 'file' | 'directory'>> = {
    'site.yml': 'file',
    hosts: 'file',
    inventory: 'directory',
  };
  const context = prepareContext({ statPath: (path) => there[path] });
  const codes = (options: JsonObject): readonly (readonly [string, string])[] =>
    provisioner.prepare(config(options), context).map(({ code, pointer }) => [code, pointer] as const);

  test('nothing, when its files are there', () => {
    expect(codes({ inventory_directory: 'inventory', groups: ['web'], ansible_env_vars: ['A=b=c'] })).toEqual([]);
    expect(codes({ inventory_file: 'hosts' })).toEqual([]);
  });

  test('a playbook that is missing, or is a directory', () => {
    expect(provisioner.prepare(config({ playbook_file: 'none.yml' }), context)).toMatchObject([
      { code: 'ANSIBLE_FILE_MISSING', message: 'playbook "none.yml" does not exist', pointer: '/playbook_file' },
    ]);
    expect(provisioner.prepare(config({ playbook_file: 'inventory' }), context)).toMatchObject([
      { message: '"inventory" is a directory, not a playbook' },
    ]);
  });

  test('other files that are missing', () => {
    expect(codes({ inventory_file: 'no', galaxy_file: 'no' })).toEqual([
      ['ANSIBLE_FILE_MISSING', '/inventory_file'],
      ['ANSIBLE_FILE_MISSING', '/galaxy_file'],
    ]);
    expect(codes({ inventory_directory: 'hosts' })).toEqual([['ANSIBLE_FILE_MISSING', '/inventory_directory']]);
  });

  test('names of groups that would break the inventory, and variables without a value', () => {
    expect(codes({ groups: ['web', 'a b'], empty_groups: ['[x]'], ansible_env_vars: ['A', '=b'] })).toEqual([
      ['ANSIBLE_GROUP_NAME', '/groups/1'],
      ['ANSIBLE_GROUP_NAME', '/empty_groups/0'],
      ['ENVIRONMENT_VARIABLE_MALFORMED', '/ansible_env_vars/0'],
      ['ENVIRONMENT_VARIABLE_MALFORMED', '/ansible_env_vars/1'],
    ]);
  });

  test('options about the inventory beside an inventory_file are warned of', () => {
    const found = provisioner.prepare(config({ inventory_file: 'hosts', groups: ['web'] }), context);
    expect(found).toMatchObject([{ severity: 'warning', code: 'ANSIBLE_OPTION_IGNORED', pointer: '/groups' }]);
  });
});

test('the inventory has the guest, again in each group, and groups without hosts', () => {
  expect(inventoryText('default ansible_host=127.0.0.1', ['web', 'db'], ['cache'])).toBe(
    'default ansible_host=127.0.0.1\n[web]\ndefault ansible_host=127.0.0.1\n[db]\ndefault ansible_host=127.0.0.1\n[cache]\n',
  );
});

test('the names of hosts are the first words of lines that are no headings and no comments', () => {
  expect(hostNames('# guest\nweb ansible_host=x\n\n[all:vars]\n ; c\n  db\nweb\n')).toEqual(['web', 'db']);
});

test('the connection is told for the guest alone, or for all hosts of an inventory that is not ours', () => {
  expect(JSON.parse(connectionInventory({ a: 1 }, ['web']))).toEqual({ all: { hosts: { web: { a: 1 } } } });
  expect(JSON.parse(connectionInventory({ a: 1 }, undefined))).toEqual({ all: { vars: { a: 1 } } });
});

describe('the connection', () => {
  const address = { host: '10.0.0.1', port: 22, user: 'root' };
  const files = { knownHosts: '/tmp/k/known_hosts', askPass: undefined };

  test('is pinned to the host key that was seen, and offers the build its key alone', () => {
    const variables = connectionVariables(
      { ...address, privateKeyFile: '/tmp/key', knownHostsLine: '10.0.0.1 ssh-ed25519 AAAA' },
      files,
    );
    expect(variables).toEqual({
      ansible_ssh_private_key_file: '/tmp/key',
      ansible_ssh_common_args:
        "-o StrictHostKeyChecking=yes -o 'UserKnownHostsFile=/tmp/k/known_hosts ~/.ssh/known_hosts' -o IdentitiesOnly=yes",
    });
  });

  test('lets an agent offer its keys when there is no key file', () => {
    expect(JSON.stringify(connectionVariables(address, files))).not.toContain('IdentitiesOnly');
  });

  test('never has the password in it', () => {
    const variables = connectionVariables({ ...address, password: 'hunter2' }, { ...files, askPass: '/tmp/ask' });
    expect(JSON.stringify(variables)).not.toContain('hunter2');
    expect(variables['ansible_ssh_args']).toMatch(/PasswordAuthentication=yes.*ControlPersist/);
  });
});

describe('the environment', () => {
  test('has pipelining on, unless the user or the template says otherwise', () => {
    expect(environmentOf(config(), {})).toEqual({ ANSIBLE_PIPELINING: 'True', PYTHONUNBUFFERED: '1' });
    expect(environmentOf(config(), { ANSIBLE_PIPELINING: 'False' })).not.toHaveProperty('ANSIBLE_PIPELINING');
    expect(environmentOf(config({ ansible_env_vars: ['ANSIBLE_PIPELINING=False', 'A=b=c'] }), {})).toMatchObject({
      ANSIBLE_PIPELINING: 'False',
      A: 'b=c',
    });
  });

  test('a variable that the template leaves out by a condition is none', () => {
    const found = provisioner.prepare(
      config({ ansible_env_vars: ['', 'A=b'] }),
      prepareContext({ statPath: () => 'file' }),
    );
    expect(found).toEqual([]);
    const names = Object.keys(environmentOf(config({ ansible_env_vars: ['', 'A=b'] }), {}));
    expect(names).toEqual(expect.arrayContaining(['A']));
    expect(names).not.toContain('');
  });

  test('names the paths of roles and collections before those where Ansible looks by itself', () => {
    const { ANSIBLE_ROLES_PATH, ANSIBLE_COLLECTIONS_PATH } = environmentOf(
      config({ roles_path: 'my/roles', collections_path: 'my/collections' }),
      {},
    );
    expect(ANSIBLE_ROLES_PATH).toMatch(/^my\/roles:~\/\.ansible\/roles:/);
    expect(ANSIBLE_COLLECTIONS_PATH).toMatch(/^my\/collections:~\/\.ansible\/collections:/);
  });

  test('has SFTP only when it was asked for', () => {
    expect(environmentOf(config({ use_sftp: true }), {})).toMatchObject({ ANSIBLE_SSH_TRANSFER_METHOD: 'sftp' });
  });
});

test('a guest without an address is told before Ansible is started', async () => {
  await expect(
    provisioner.provision(config({ command: '/nowhere' }), provisionRun(noneCommunicator)),
  ).rejects.toMatchObject({ code: 'ANSIBLE_NO_ADDRESS' });
});
