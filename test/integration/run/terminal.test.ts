import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { file, path } from '../../cli/run-kiln.ts';
import { atTerminal } from '../../support/kiln/at-terminal.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const wayIn = 'To get into the machine: ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';

const nowhere = { type: 'null', communicator: 'none' };
/** Counts its runs in a file and fails at the first. */
const failsOnce = (log: string): object => ({
  type: 'shell-local',
  inline: [`echo run >>${path(log)}`, `test $(wc -l <${path(log)}) -gt 1`],
});

describe.skipIf(lacks(['python3']))('at a terminal', () => {
  test('-on-error=ask: a step is run again when that is wanted, and the build succeeds', async () => {
    file('retry.json', { builders: [nowhere], provisioners: [failsOnce('retry.log')] });
    const { code, stdout } = await atTerminal(
      ['build', '-on-error=ask', 'retry.json'],
      [
        ['[r] retry the step? ', 'what?'],
        ['[r] retry the step? ', 'r'],
      ],
    );
    expect(stdout).toContain("null: step '[1/1] shell-local: echo run");
    expect(code).toBe(0);
    expect(readFileSync(path('retry.log'), 'utf8')).toBe('run\nrun\n');
  });

  test('-on-error=ask: clean up removes what was made, abort leaves it', async () => {
    // It is a file, and the first read fails: the target's directory and a place to write it are there by then.
    const unreadable = { type: 'file', source: '/proc/self/mem', target: path('out/made.txt') };
    file('unreadable.json', { builders: [unreadable] });
    const cleaned = await atTerminal(['build', '-on-error=ask', 'unreadable.json'], [['retry the step? ', 'c']]);
    expect(cleaned.code).toBe(1);
    expect(existsSync(path('out'))).toBe(false);
    const aborted = await atTerminal(['build', '-on-error=ask', 'unreadable.json'], [['retry the step? ', 'a']]);
    expect(aborted.stdout).toContain('left where it is, as -on-error says');
    expect(aborted.code).toBe(3);
    const kinds = readdirSync(path('out')).map((name) => /kiln-lock$/.test(name));
    expect(kinds.sort()).toEqual([false, true]);
  });

  test('-on-error=ask: a terminal that closes at the question cancels and cleans up', () => {
    file('closed.json', { builders: [nowhere], provisioners: [{ type: 'shell-local', inline: ['exit 3'] }] });
    // Kiln leads the session, as in a window of its own, and hears of the end both by its input and by SIGHUP.
    const script = `import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
shown = b''
while b'retry the step? ' not in shown: shown += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    const kiln = [process.execPath, join(import.meta.dirname, '../../../dist/cli.cjs')];
    const env = { ...process.env, KILN_STATE_DIR: path('closed-state') };
    const args = ['-c', script, ...kiln, 'build', '-on-error=ask', 'closed.json'];
    const { stdout } = spawnSync('python3', args, { cwd: path('.'), env, encoding: 'utf8' });
    expect(stdout).toBe('129\n');
    expect(readdirSync(path('closed-state'))).toEqual(['runs']);
  });

  test('-on-error=ask: Ctrl-C at the question cancels and cleans up', async () => {
    file('asked.json', { builders: [nowhere], provisioners: [{ type: 'shell-local', inline: ['exit 3'] }] });
    const { code, stdout } = await atTerminal(['build', '-on-error=ask', 'asked.json'], [['retry the step? ', '^C']]);
    expect(stdout).not.toContain('left where it is');
    expect(code).not.toBe(0);
    expect(code).not.toBe(3);
  });

  test('-on-error=ask: what failed can be skipped, and the build goes on and succeeds', async () => {
    file('skip.json', {
      builders: [nowhere],
      provisioners: [
        { type: 'shell-local', name: 'the bad one', inline: ['exit 3'] },
        { type: 'shell-local', inline: ['echo later'] },
      ],
    });
    const { code, stdout } = await atTerminal(['build', '-on-error=ask', 'skip.json'], [['retry the step? ', 'n']]);
    expect(stdout).toContain("step '[1/2] shell-local: the bad one' failed:");
    expect(stdout).toContain('null: later');
    expect(code).toBe(0);
  });

  test('-on-error=ask: what failed can be kept for kiln resume', async () => {
    file('kept.json', { builders: [nowhere], provisioners: [failsOnce('kept.log')] });
    const { code, stdout } = await atTerminal(['build', '-on-error=ask', 'kept.json'], [['retry the step? ', 'k']]);
    expect(code).not.toBe(0);
    const [, id = ''] = /To go on with the build: kiln resume (\w{8})\n/.exec(stdout) ?? [];
    const resumed = await atTerminal(['resume', id], []);
    expect(resumed.code).toBe(0);
  });

  test('-debug pauses once a provisioner, and behind the last one', async () => {
    file('two.json', {
      builders: [{ ...nowhere, name: 'a' }],
      provisioners: [
        { type: 'shell-local', inline: ['echo first'] },
        { type: 'shell-local', inline: ['echo second'] },
      ],
    });
    const { code, stdout } = await atTerminal(
      ['build', '-debug', 'two.json'],
      [
        ['Pausing before [2/2] shell-local: echo second.', ''],
        ['Pausing after the last provisioner.', ''],
      ],
    );
    expect(code).toBe(0);
    expect(stdout.match(/Pausing/g)).toHaveLength(2);
    expect(stdout.indexOf('null.a: first')).toBeLessThan(stdout.indexOf('Pausing before [2/2]'));
    expect(stdout.indexOf('null.a: second')).toBeGreaterThan(stdout.indexOf('Pausing before [2/2]'));
  });

  test('-debug: "stop" ends the run, and what was made is removed', async () => {
    const { code, stdout } = await atTerminal(['build', '-debug', 'two.json'], [['[q] stop? ', 'q']]);
    expect(code).toBe(1);
    expect(stdout).not.toContain('null.a: second');
    expect(stdout).toContain('was cancelled');
  });

  test('nothing of other builds comes between a question and its answer', async () => {
    file('beside.json', {
      builders: [
        { ...nowhere, name: 'asks' },
        { ...nowhere, name: 'talks' },
      ],
      provisioners: [
        { type: 'breakpoint', note: 'look around', only: ['asks'] },
        {
          type: 'shell-local',
          only: ['talks'],
          inline: ['sleep 1', 'for n in 1 2 3 4 5 6 7 8 9; do echo tick $n; done', 'sleep 3'],
        },
      ],
    });
    const question = 'asks: breakpoint: look around. Press enter to continue. ';
    const { code, stdout } = await atTerminal(['build', 'beside.json'], [[question, '~typed']]);
    expect(code).toBe(0);
    const [, behind = ''] = stdout.split(question);
    expect(behind).toMatch(/^(?:\u001b\[\d+G)?typed\n/);
    expect(stdout.match(/null\.talks: tick \d/g)).toHaveLength(9);
  });

  describe.skipIf(lacks(['/usr/sbin/sshd', 'ssh'], true))('with a machine', () => {
    test('both say how to get into the machine, and the command line does', async ({ sshd }) => {
      const builder = nullBuilder(sshd);
      file('ssh.json', { builders: [builder], provisioners: [{ type: 'shell', inline: ['exit 3'] }] });
      const login = `${wayIn} -p ${sshd.port} -i ${sshd.privateKeyFile} -o IdentitiesOnly=yes root@127.0.0.1`;
      const asked = await atTerminal(['build', '-on-error=ask', 'ssh.json'], [['retry the step? ', 'c']]);
      expect(asked.stdout).toContain(`${login}\n[c] clean up`);
      const debugged = await atTerminal(
        ['build', '-debug', 'ssh.json'],
        [
          ['Pausing before [1/1] shell: exit 3.', 's'],
          ['', 'echo in the $((40 + 2))'],
          ['in the 42', 'exit'],
          ['Pausing before [1/1] shell: exit 3.', ''],
        ],
      );
      expect(debugged.stdout).toContain(`${login}\nnull: Pausing before [1/1] shell: exit 3.`);
      expect(debugged.stdout).toContain('in the 42');
      const [, command = ''] = /To get into the machine: (.*)/.exec(asked.stdout) ?? [];
      const child = spawn('sh', ['-c', `${command} echo inside`], { stdio: ['ignore', 'pipe', 'ignore'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await new Promise((resolve) => child.on('close', resolve));
      expect(output).toBe('inside\n');
    });
  });
});
