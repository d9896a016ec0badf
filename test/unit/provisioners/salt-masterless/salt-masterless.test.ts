import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { SaltMasterlessProvisionerConfig } from '../../../../provisioners/salt-masterless/config.gen.ts';
import { parseFormula } from '../../../../provisioners/salt-masterless/formula.ts';
import { provisioner } from '../../../../provisioners/salt-masterless/index.ts';
import { argumentLines, saltCommand } from '../../../../provisioners/salt-masterless/salt-command.ts';
import { stateReader } from '../../../../provisioners/salt-masterless/state-reader.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';

function config(options: JsonObject = {}): SaltMasterlessProvisionerConfig {
  return componentConfig('provisioners/salt-masterless', { local_state_tree: 'states', ...options });
}

describe('what is wrong with a template', () => {
  const there: Readonly<Record<string, 'file' | 'directory'>> = { states: 'directory', minion: 'file' };
  const context = prepareContext({ statPath: (path) => there[path] });
  const codes = (options: JsonObject): readonly (readonly [string, string])[] =>
    provisioner.prepare(config(options), context).map(({ code, pointer }) => [code, pointer] as const);

  test('nothing, when its directories are there', () => {
    expect(codes({ local_pillar_roots: 'states', minion_config: 'minion', remote_pillar_roots: '' })).toEqual([]);
  });

  test('files that are missing or are something else', () => {
    expect(codes({ local_state_tree: 'minion', local_pillar_roots: 'no', grains_file: 'states' })).toEqual([
      ['SALT_FILE_MISSING', '/local_state_tree'],
      ['SALT_FILE_MISSING', '/local_pillar_roots'],
      ['SALT_FILE_MISSING', '/grains_file'],
    ]);
    expect(codes({ local_state_tree: '' })).toEqual([['SALT_FILE_MISSING', '/local_state_tree']]);
  });

  test('roots beside a minion configuration, and a bootstrap script that is skipped', () => {
    expect(codes({ minion_config: 'minion', remote_state_tree: '/a', remote_pillar_roots: '/b' })).toEqual([
      ['SALT_MINION_CONFIG_ROOTS', '/remote_state_tree'],
      ['SALT_MINION_CONFIG_ROOTS', '/remote_pillar_roots'],
    ]);
    expect(codes({ skip_bootstrap: true, bootstrap_script: 'minion' })).toEqual([
      ['SALT_BOOTSTRAP_SKIPPED', '/bootstrap_script'],
    ]);
  });

  test('directories of the guest that must not be replaced as a whole', () => {
    expect(codes({ remote_state_tree: '/', remote_pillar_roots: 'pillar', temp_config_dir: '//' })).toEqual([
      ['SALT_REMOTE_PATH', '/remote_state_tree'],
      ['SALT_REMOTE_PATH', '/remote_pillar_roots'],
      ['SALT_REMOTE_PATH', '/temp_config_dir'],
    ]);
  });

  test('formulas that name no directory of a repository', () => {
    expect(codes({ formulas: ['git::https://h/r.git//d', 'https://h/r.git'] })).toEqual([
      ['SALT_FORMULA_MALFORMED', '/formulas/1'],
    ]);
  });
});

test.each([
  ['git::https://h/r.git//vault?ref=v1', { repository: 'https://h/r.git', directory: 'vault', ref: 'v1' }],
  ['https://h/r.git//a/b/', { repository: 'https://h/r.git', directory: 'a/b', ref: undefined }],
  ['git::ssh://git@h/r.git//x', { repository: 'ssh://git@h/r.git', directory: 'x', ref: undefined }],
  ['git::file:///srv/r//x', { repository: 'file:///srv/r', directory: 'x', ref: undefined }],
  ['git@h:r.git//x', { repository: 'git@h:r.git', directory: 'x', ref: undefined }],
  ['https://h/r.git//../x', undefined],
  ['--upload-pack=x//y', undefined],
  ['https://h/r.git//x?ref=--orphan', undefined],
  ['https://h/r.git', undefined],
])('the formula %j is read as %j', (text, formula) => {
  expect(parseFormula(text)).toEqual(formula);
});

test('the command says the roots, the states and the arguments', () => {
  expect(saltCommand(config())).toBe(
    'salt-call --local state.highstate --file-root=/srv/salt --pillar-root=/srv/pillar --retcode-passthrough -l info',
  );
  const more = {
    custom_state: 'a,b',
    salt_bin_dir: '/opt/salt/',
    salt_call_args: "pillar='{a: 1}'",
    log_level: 'debug',
  };
  const given = config({ ...more, remote_state_tree: '/my states', temp_config_dir: '/tmp/my salt' });
  expect(saltCommand(given)).toBe("/opt/salt/salt-call --args-stdin <'/tmp/my salt/arguments'");
  expect(argumentLines(given)?.split('\n')).toEqual([
    '--local',
    'state.sls',
    'a,b',
    '--file-root=/my states',
    '--pillar-root=/srv/pillar',
    '--retcode-passthrough',
    '-l',
    'debug',
    'pillar={a: 1}',
    '',
  ]);
  // Only the guest's shell knows what comes of these.
  expect(argumentLines(config({ salt_call_args: 'pillar="$PILLAR"' }))).toBeUndefined();
  expect(saltCommand(config({ salt_call_args: 'pillar="$PILLAR"' }))).toMatch(/-l info pillar="\$PILLAR"$/);
  expect(saltCommand(config({ minion_config: 'minion' }))).toBe(
    'salt-call --local state.highstate --retcode-passthrough -l info',
  );
});

test('the states that failed are told with all of their comment, and no others', () => {
  const reader = stateReader();
  const lines = [
    'local:',
    '----------',
    '          ID: fine',
    '    Function: test.nop',
    '      Result: True',
    '     Comment: Success!',
    '----------',
    '          ID: /etc/motd',
    '    Function: file.managed',
    '      Result: False',
    '     Comment: Source file not found:',
    '              salt://motd',
    '     Started: 10:00:00',
    '     Changes:   ',
    '              ----------',
    '              diff:',
    '\u001b[0;31m----------\u001b[0;0m',
    '\u001b[0;31m          ID: second\u001b[0;0m',
    '    Function: cmd.run',
    '      Result: False',
    '     Comment: no',
  ];
  for (const line of lines) reader.read(line);
  expect(reader.failures()).toEqual([
    '/etc/motd (file.managed): Source file not found: salt://motd',
    'second (cmd.run): no',
  ]);
});
