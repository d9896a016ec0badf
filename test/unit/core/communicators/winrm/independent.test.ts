import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { pathFinder } from '../../../../../core/communicators/winrm/files/find-paths.ts';
import { receiveFiles, sendFiles } from '../../../../../core/communicators/winrm/files/transfer-scripts.ts';
import { elevatedRunner } from '../../../../../provisioners/powershell/elevated-runner.ts';
import { inlineText } from '../../../../../provisioners/powershell/script-text.ts';
import { PASSWORD } from '../../../../support/winrm/log-in.ts';
import { pythonWithWinrm } from '../../../../support/winrm/python-client.ts';
import { startWinrmServer } from '../../../../support/winrm/server.ts';

const python = pythonWithWinrm();
const support = join(import.meta.dirname, '../../../../support/winrm');

describe.skipIf(python === undefined)('what others have written', () => {
  test.each(['basic', 'ntlm'] as const)('pywinrm finds a WinRM in the test server, by %s', async (auth) => {
    await using server = await startWinrmServer({ auth, longestPoll: 400 });
    const args = [join(support, 'use-pywinrm.py'), `http://127.0.0.1:${server.port}/wsman`, auth, PASSWORD];
    const { stdout } = await promisify(execFile)(python ?? '', args);
    expect(JSON.parse(stdout)).toEqual([
      ['hello\n', 'wrong\n', 3],
      ['late\n', '', 0],
      ['150000', '', 0],
    ]);
    expect(server.complaints).toEqual([]);
    expect(server.shells.count()).toBe(0);
    if (auth === 'ntlm') expect(server.logins()).toBeGreaterThan(0);
  });

  function complaints(script: string): string {
    const { stdout, stderr, status } = spawnSync(python ?? '', [join(support, 'parse-powershell.py')], {
      input: script,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  }

  function encodedIn(command: string): string {
    // Longer lines cmd.exe does not take.
    expect(command.length).toBeLessThan(8191);
    return Buffer.from(command.slice(command.lastIndexOf(' ') + 1), 'base64').toString('utf16le');
  }

  test('a PowerShell grammar sees what is wrong', () => {
    expect(complaints('if ($a { b }')).not.toBe('');
  });

  test.each([
    ['takes files', () => encodedIn(receiveFiles('0123abcd'))],
    ['gives a file', () => encodedIn(sendFiles('file', `c:/it's ${'long/'.repeat(50)}file`))],
    ['gives a tree', () => encodedIn(sendFiles('tree', 'c:/x'))],
    ['finds paths', () => encodedIn(pathFinder.command(`C:\\it's ${'long\\'.repeat(50)}*.[lL]og`))],
    ['wraps inline lines', () => inlineText(['Get-ChildItem C:/ | Out-Null'], '$env:A="a `"b`""; ', 1)],
    [
      'runs as another user',
      () => elevatedRunner({ name: 'n', user: "O'Neil", password: "p'w", command: 'echo "a" & b', path: 'C:/r.ps1' }),
    ],
  ])('the script that %s is PowerShell', (_what, script) => {
    expect(complaints(script())).toBe('');
  });
});
