import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { AnsibleLocalProvisionerConfig } from '../../../../provisioners/ansible-local/config.gen.ts';
import { provisioner } from '../../../../provisioners/ansible-local/index.ts';
import { inputsOf, playbookPlace } from '../../../../provisioners/ansible-local/inputs.ts';
import { hiddenArguments } from '../../../../provisioners/ansible-local/hidden-arguments.ts';
import { playCommand } from '../../../../provisioners/ansible-local/play-command.ts';
import { gatherInputs } from '../../../../provisioners/ansible-local/steps/gather-inputs.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { localGuest } from '../../../support/ssh/local-guest.ts';
import { provisionRun } from '../../../support/provision-run.ts';

function config(options: JsonObject): AnsibleLocalProvisionerConfig {
  return componentConfig('provisioners/ansible-local', options);
}

describe('what is wrong with a template', () => {
  const there: Readonly<Record<string, 'file' | 'directory'>> = { 'a.yml': 'file', roles: 'directory' };
  const context = prepareContext({ statPath: (path) => there[path] });
  const codes = (options: JsonObject): readonly (readonly [string, string])[] =>
    provisioner.prepare(config(options), context).map(({ code, pointer }) => [code, pointer] as const);

  test('no playbook, or two kinds of them', () => {
    expect(codes({})).toEqual([['ANSIBLE_PLAYBOOK_REQUIRED', '']]);
    expect(codes({ playbook_file: 'a.yml', playbook_files: ['a.yml'] })).toEqual([
      ['ANSIBLE_PLAYBOOK_AMBIGUOUS', '/playbook_files'],
    ]);
    expect(codes({ playbook_file: 'a.yml', role_paths: ['roles'] })).toEqual([]);
  });

  test('files that are missing or are something else, each at its own place', () => {
    expect(
      codes({
        playbook_files: ['a.yml', 'b.yml'],
        role_paths: ['roles', 'a.yml'],
        group_vars: 'no',
        galaxy_file: 'roles',
      }),
    ).toEqual([
      ['ANSIBLE_FILE_MISSING', '/role_paths/1'],
      ['ANSIBLE_FILE_MISSING', '/group_vars'],
      ['ANSIBLE_FILE_MISSING', '/galaxy_file'],
      ['ANSIBLE_FILE_MISSING', '/playbook_files/1'],
    ]);
  });

  test('names of groups that would break the inventory', () => {
    expect(codes({ playbook_file: 'a.yml', inventory_groups: ['web', 'a]'] })).toEqual([
      ['ANSIBLE_GROUP_NAME', '/inventory_groups/1'],
    ]);
  });
});

test('everything has its place in the staging directory', () => {
  const given = config({
    playbook_files: ['play/site.yml', 'play/sub/more.yml', 'other.yml'],
    playbook_dir: 'play',
    role_paths: ['x/web'],
    collection_paths: ['y/c'],
    playbook_paths: ['z/files'],
    group_vars: 'g',
    host_vars: 'h',
    inventory_file: 'i/hosts',
    galaxy_file: 'i/req.yml',
  });
  expect(inputsOf(given).map(({ path, place }) => `${path} => ${place}`)).toEqual([
    'play => ',
    'z/files => files',
    'x/web => roles/web',
    'y/c => collections/c',
    'g => group_vars',
    'h => host_vars',
    'i/hosts => hosts',
    'i/req.yml => req.yml',
    'play/site.yml => site.yml',
    'play/sub/more.yml => sub/more.yml',
    'other.yml => other.yml',
  ]);
  expect(playbookPlace(config({ playbook_file: 'play/sub/a.yml' }), 'play/sub/a.yml')).toBe('a.yml');
});

test('the command has the facts of the build in one word and the arguments as the shell is to read them', () => {
  const run = { buildName: "it's", builderType: 'qemu', environment: { PACKER_HTTP_ADDR: '10.0.2.2:80' } };
  const play = { staging: '/tmp/s', inventory: 'hosts', playbook: 'a b.yml', arguments: '--tags web -v' };
  const command = playCommand(config({ playbook_file: 'a b.yml' }), play, run);
  expect(command).toBe(
    'export ANSIBLE_ROLES_PATH=' +
      "'/tmp/s/roles:/tmp/s/galaxy_roles:~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles'" +
      ' ANSIBLE_COLLECTIONS_PATH=' +
      "'/tmp/s/collections:/tmp/s/galaxy_collections:~/.ansible/collections:/usr/share/ansible/collections';" +
      " ANSIBLE_FORCE_COLOR=1 PYTHONUNBUFFERED=1 ansible-playbook 'a b.yml' --extra-vars" +
      ` '{"packer_build_name":"it'\\''s","packer_builder_type":"qemu","packer_http_addr":"10.0.2.2:80"}'` +
      ' --tags web -v -c local -i hosts',
  );
});

test.each([
  [["-e 'a=b c=d'", '--tags', 'x'], '-e @f1 --tags x', ['{"a":"b","c":"d"}']],
  [
    ['-e', `"a='b c'"`, `--extra-vars='{"d": 1}'`, '-ee=f'],
    '-e @f1 --extra-vars=@f2 -e@f3',
    ['{"a":"b c"}', '{"d": 1}', '{"e":"f"}'],
  ],
  [['--extra a=b', '-e @vars.yml'], '--extra @f1 -e @vars.yml', ['{"a":"b"}']],
  // What only the guest's shell or Ansible can read is left to them.
  [['-e "a=$TOKEN" -e b=c'], '-e "a=$TOKEN" -e @f1', ['{"b":"c"}']],
  [['-e a=b; id'], '-e a=b; id', []],
  [['-v >/tmp/log'], '-v >/tmp/log', []],
])('of the arguments %j the guest sees %j', async (given, expected, files) => {
  const written: string[] = [];
  const writeFile = (text: string): Promise<string> => Promise.resolve(`f${written.push(text)}`);
  const text = await hiddenArguments(given, { writeFile, warn: () => undefined });
  expect(text).toBe(expected);
  expect(written).toEqual(files);
});

test('roles and variables that links of the given directories lead to are gathered with them', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kiln-gather-'));
  try {
    for (const name of ['pb', 'common/greet/tasks', 'vars', 'work']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'common/greet/tasks/main.yml'), 'tasks');
    writeFileSync(join(root, 'site.yml'), 'play');
    symlinkSync('../common', join(root, 'pb/roles'));
    symlinkSync('../site.yml', join(root, 'pb/site.yml'));
    symlinkSync('../site.yml', join(root, 'vars/all'));
    symlinkSync('vars', join(root, 'vars-link'));
    const given = config({
      playbook_dir: join(root, 'pb'),
      playbook_file: join(root, 'pb/site.yml'),
      role_paths: [join(root, 'pb/roles/greet')],
      group_vars: join(root, 'vars-link'),
    });
    const temporaryDirectory = (): Promise<string> => Promise.resolve(join(root, 'work'));
    const { directory } = await gatherInputs(given, provisionRun(localGuest(), { temporaryDirectory }));
    rmSync(join(root, 'common'), { recursive: true });
    rmSync(join(root, 'site.yml'));
    expect(readFileSync(join(directory, 'roles/greet/tasks/main.yml'), 'utf8')).toBe('tasks');
    expect(readFileSync(join(directory, 'site.yml'), 'utf8')).toBe('play');
    expect(readFileSync(join(directory, 'group_vars/all'), 'utf8')).toBe('play');
  } finally {
    rmSync(root, { recursive: true });
  }
});
