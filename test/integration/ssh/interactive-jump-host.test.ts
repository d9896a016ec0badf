import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { file, kiln } from '../../cli/run-kiln.ts';
import { atTerminal } from '../../support/kiln/at-terminal.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder, sshdMissing, startSshd, type TestSshd } from '../../support/ssh/sshd.ts';

const user = 'kiln-interactive';
const password = 'typed by hand';

describe.skipIf(lacks(['python3', 'ssh']) || sshdMissing() !== undefined)('a jump host that asks questions', () => {
  let guest: TestSshd;
  let jump: TestSshd;
  beforeAll(async () => {
    execFileSync('useradd', ['--no-create-home', '--home-dir', '/tmp', '--shell', '/bin/sh', user]);
    execFileSync('chpasswd', { input: `${user}:${password}\n` });
    // Two servers, of which one lets in a user of the test's own.
    guest = await startSshd();
    jump = await startSshd(['UsePAM yes', 'KbdInteractiveAuthentication yes']);
    const bastion = {
      ssh_bastion_host: '127.0.0.1',
      ssh_bastion_port: jump.port,
      ssh_bastion_username: user,
      ssh_bastion_interactive: true,
    };
    const provisioners = [{ type: 'shell', inline: ['echo "came from ${SSH_CONNECTION%% *}"'] }];
    file('interactive.json', { builders: [{ ...nullBuilder(guest), ...bastion }], provisioners });
  });
  afterAll(async () => {
    await guest.stop();
    await jump.stop();
    execFileSync('userdel', [user], { stdio: 'ignore' });
  });

  test('has them answered at the terminal, where the answer does not show', async () => {
    const { code, stdout } = await atTerminal(['build', 'interactive.json'], [['Password: ', password]]);
    expect(stdout).toContain('came from 127.0.0.1');
    expect(stdout).not.toContain(password);
    expect(jump.log()).toContain(`Accepted keyboard-interactive/pam for ${user}`);
    expect(code).toBe(0);
  });

  test('is an error where there is no terminal', async () => {
    const { code, stdout, stderr } = await kiln(['build', 'interactive.json']);
    expect(stdout + stderr).toContain('there is no terminal to answer them at');
    expect(code).toBe(1);
  });
});
