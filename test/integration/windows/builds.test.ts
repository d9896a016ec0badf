import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directory, file, kiln, path } from '../../cli/run-kiln.ts';
import { sshdMissing, startSshd } from '../../support/ssh/sshd.ts';
import { PASSWORD } from '../../support/winrm/log-in.ts';
import { startWinrmServer, type WinrmServer } from '../../support/winrm/server.ts';

const CMD = join(import.meta.dirname, '../../support/winrm/windows-cmd.ts');

/** Takes what `shutdown /r` leaves behind for a restart: all is cut off, and the guest comes back in another boot. */
async function serverThatRestarts(): Promise<WinrmServer> {
  const server = await startWinrmServer({
    auth: 'ntlm',
    judge: ({ action }) => {
      const wanted = join(server.directory, 'c:/restart-wanted');
      if (action !== 'Delete' || !existsSync(wanted)) return 'answer';
      rmSync(wanted);
      void server.restart(() => {
        writeFileSync(join(server.directory, 'c:/boot-time'), String(Date.now()));
        return new Promise((resolve) => setTimeout(resolve, 300));
      });
      return 'cut';
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

function winrm(server: WinrmServer): object {
  return {
    type: 'null',
    communicator: 'winrm',
    winrm_host: '127.0.0.1',
    winrm_port: server.port,
    winrm_username: 'Administrator',
    winrm_password: '{{ user `password` }}',
    winrm_use_ntlm: true,
    winrm_timeout: '1m',
  };
}

function stateTexts(): string {
  return readdirSync(path('state'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('a build over WinRM', { timeout: 120_000 }, () => {
  test('runs PowerShell, also as another user, restarts the guest, runs a batch script and carries files', async () => {
    const server = await serverThatRestarts();
    file('install.ps1', 'echo "from a file: $WHAT"\n');
    file('up.txt', 'uploaded');
    file('windows.json', {
      variables: { password: PASSWORD },
      'sensitive-variables': ['password'],
      builders: [winrm(server)],
      provisioners: [
        { type: 'powershell', inline: ['echo "inline on $PACKER_BUILDER_TYPE"'] },
        { type: 'powershell', script: 'install.ps1', environment_vars: ['WHAT=a b'] },
        {
          type: 'powershell',
          elevated_user: 'Administrator',
          elevated_password: '{{.WinRMPassword}}',
          inline: ['echo elevated'],
        },
        { type: 'windows-restart', restart_timeout: '1m', restart_check_command: 'echo checked' },
        { type: 'windows-shell', inline: ['@echo off', 'echo batch for {{ build `User` }}'] },
        { type: 'file', source: 'up.txt', destination: 'C:\\Windows\\Temp\\' },
        { type: 'file', direction: 'download', source: 'c:/Windows/Temp/up.txt', destination: 'down.txt' },
      ],
    });
    const { code, stdout, stderr } = await kiln(['build', '-color=false', 'windows.json']);
    expect({ code, stderr, complaints: server.complaints }).toEqual({ code: 0, stderr: '', complaints: [] });
    for (const line of ['inline on null', 'from a file: a b', 'elevated', 'checked', 'batch for Administrator']) {
      expect(stdout).toContain(line);
    }
    expect(readFileSync(path('down.txt'), 'utf8')).toBe('uploaded');
    expect(readdirSync(join(server.directory, 'c:/Windows/Temp'))).toEqual(['up.txt']);
    const elevated: unknown = JSON.parse(readFileSync(join(server.directory, 'c:/elevated.json'), 'utf8'));
    expect(elevated).toMatchObject({ user: 'Administrator', password: PASSWORD });
    expect(stdout + stateTexts()).not.toContain(PASSWORD);
    rmSync(path('down.txt'));
  });
});

test('a script that fails fails the build, with its status and its last words', async () => {
  const server = await serverThatRestarts();
  file('failing.json', {
    variables: { password: PASSWORD },
    builders: [winrm(server)],
    provisioners: [{ type: 'powershell', inline: ['echo about to fail', 'exit 9'] }],
  });
  const { code, stdout, stderr } = await kiln(['build', '-color=false', 'failing.json']);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain('script <inline> exited with status 9 (expected 0)');
  expect(server.shells.count()).toBe(0);
});

test('a build that is interrupted ends its command in the guest', async () => {
  const server = await serverThatRestarts();
  file('endless.json', {
    variables: { password: PASSWORD },
    builders: [winrm(server)],
    provisioners: [{ type: 'windows-shell', inline: ['echo running', 'sleep 600'] }],
  });
  let sent = false;
  const { code } = await kiln(['build', '-color=false', 'endless.json'], {
    onOutput: (stdout, child) => {
      if (sent || !/: running$/m.test(stdout)) return;
      sent = true;
      child.kill('SIGINT');
    },
  });
  expect(code).toBe(130);
  expect(server.shells.count()).toBe(0);
});

test('a template says what is missing for WinRM', async () => {
  file('incomplete.json', { builders: [{ type: 'null', communicator: 'winrm' }] });
  const { code, stdout, stderr } = await kiln(['validate', 'incomplete.json']);
  expect(code).toBe(1);
  for (const words of ['winrm_host is required', 'winrm_username is required', 'winrm_password is required']) {
    expect(stdout + stderr).toContain(words);
  }
});

const noSshd = sshdMissing();

test.skipIf(noSshd !== undefined)(
  'a build over SSH does the same where the login shell is cmd.exe',
  { timeout: 120_000 },
  async () => {
    const guest = await mkdtemp(join(tmpdir(), 'kiln-windows-ssh-'));
    await mkdir(join(guest, 'c:/Windows/Temp'), { recursive: true });
    const login = join(guest, 'login');
    const server = '/usr/lib/openssh/sftp-server';
    writeFileSync(
      login,
      `cd ${guest}; case $SSH_ORIGINAL_COMMAND in *sftp-server) exec ${server};; esac\n` +
        `exec ${process.execPath} ${CMD} "$SSH_ORIGINAL_COMMAND"\n`,
    );
    // A server for each test: it plays Windows in a directory of the test's own.
    const sshd = await startSshd([`ForceCommand sh ${login}`, `Subsystem sftp ${server}`]);
    onTestFinished(async () => {
      await sshd.stop();
      await rm(guest, { recursive: true });
    });
    file('install.ps1', 'echo "from a file: $WHAT"\n');
    file('ssh.json', {
      builders: [
        {
          type: 'null',
          ssh_host: '127.0.0.1',
          ssh_port: sshd.port,
          ssh_username: 'root',
          ssh_private_key_file: sshd.privateKeyFile,
        },
      ],
      provisioners: [
        { type: 'powershell', inline: ['echo inline'] },
        { type: 'powershell', script: 'install.ps1', env: { WHAT: 'it' } },
        { type: 'windows-shell', inline: ['echo batch'] },
      ],
    });
    const { code, stdout, stderr } = await kiln(['build', '-color=false', 'ssh.json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of ['inline', 'from a file: it', 'batch']) expect(stdout).toContain(line);
    expect(readdirSync(join(guest, 'c:/Windows/Temp'))).toEqual([]);
  },
);

test('no file of the tests is left beside the templates', () => {
  expect(readdirSync(directory).filter((name) => name.includes('.kiln-'))).toEqual([]);
});
