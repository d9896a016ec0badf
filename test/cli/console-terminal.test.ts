import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lacks } from '../support/needs.ts';
import { directory, file } from './run-kiln.ts';

const root = join(import.meta.dirname, '../..');

describe.skipIf(lacks(['python3']))('the console at a terminal', () => {
  test('asks for line after line until "exit", goes on after a fault, and keeps secrets', () => {
    const name = file('terminal.json', {
      variables: { city: 'Rome', pw: 'hush-hush' },
      'sensitive-variables': ['pw'],
      builders: [{ type: 'null', communicator: 'none' }],
    });
    const typed = [
      ['> ', '{{user `city` | upper}}'],
      ['ROME', '{{nope}}'],
      ['no function "nope"', 'variables'],
      ['pw: <sensitive>', 'help'],
      ['ends the console', '{{user `pw`}}'],
      ['<sensitive>', 'exit'],
    ];
    const program = [join(root, '.kiln/node/node'), join(root, 'dist/cli.cjs'), 'console', name];
    const { status, stdout } = spawnSync('python3', [join(root, 'test/support/at-terminal.py'), ...program], {
      cwd: directory,
      encoding: 'utf8',
      input: typed.map((pair) => `${pair.join('\t')}\n`).join(''),
    });
    expect(stdout).not.toContain('waited in vain');
    expect(stdout).not.toContain('hush-hush');
    expect(status).toBe(0);
  });
});
