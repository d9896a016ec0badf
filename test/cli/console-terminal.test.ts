import { describe, expect, test } from 'vitest';
import { atTerminal } from '../support/kiln/at-terminal.ts';
import { lacks } from '../support/kiln/needs.ts';
import { file } from './run-kiln.ts';

describe.skipIf(lacks(['python3']))('the console at a terminal', () => {
  test('asks for line after line until "exit", goes on after a fault, and keeps secrets', async () => {
    const name = file('terminal.json', {
      variables: { city: 'Rome', pw: 'hush-hush' },
      'sensitive-variables': ['pw'],
      builders: [{ type: 'null', communicator: 'none' }],
    });
    const { code, stdout } = await atTerminal(
      ['console', name],
      [
        ['> ', '{{user `city` | upper}}'],
        ['ROME', '{{nope}}'],
        ['no function "nope"', 'variables'],
        ['pw: <sensitive>', 'help'],
        ['ends the console', '{{user `pw`}}'],
        ['<sensitive>', 'exit'],
      ],
    );
    expect(stdout).not.toContain('waited in vain');
    expect(stdout).not.toContain('hush-hush');
    expect(code).toBe(0);
  });
});
