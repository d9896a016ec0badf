import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CancelledError } from '../../../../core/errors/errors.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { WindowsShellProvisionerConfig } from '../../../../provisioners/windows-shell/config.gen.ts';
import { provisioner } from '../../../../provisioners/windows-shell/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import {
  localWindows,
  windowsRun,
  type LocalWindows,
  type LocalWindowsOptions,
} from '../../../support/winrm/local-windows.ts';
import type { TestProvisionRun } from '../../../support/provision-run.ts';

function config(options: JsonObject): WindowsShellProvisionerConfig {
  return componentConfig('provisioners/windows-shell', options);
}

function guestOf(options: LocalWindowsOptions = {}): LocalWindows {
  const guest = localWindows(options);
  onTestFinished(() => guest.remove());
  return guest;
}

async function provisionOn(guest: LocalWindows, options: JsonObject): Promise<TestProvisionRun> {
  const run = windowsRun(guest);
  await provisioner.provision(config(options), run);
  return run;
}

test.each<[JsonObject, readonly string[]]>([
  [{ inline: ['ver'] }, []],
  [{}, ['SCRIPT_REQUIRED']],
  [{ inline: ['ver'], script: 'none.bat' }, ['SCRIPT_AMBIGUOUS', 'SCRIPT_NOT_FOUND']],
  [{ inline: ['ver'], environment_vars: ['=x'] }, ['ENVIRONMENT_VARIABLE_MALFORMED']],
])('%j is judged %j', (options, codes) => {
  expect(provisioner.prepare(config(options), prepareContext()).map(({ code }) => code)).toEqual(codes);
});

test('inline lines become a batch script, whose variables are set before it', async () => {
  const guest = guestOf();
  const run = await provisionOn(guest, { inline: ['@echo off', 'echo $A $PACKER_BUILD_NAME'], env: { A: 'a b' } });
  expect(guest.done).toEqual([
    'upload c:/Windows/Temp/script.bat',
    'set "A=a b" && set "PACKER_BUILD_NAME=vm" && "c:/Windows/Temp/script.bat"',
    'del /f /q "c:\\Windows\\Temp\\script.bat"',
  ]);
  expect(guest.files.get('c:/Windows/Temp/script.bat')).toBe('@echo off\r\necho $A $PACKER_BUILD_NAME\r\n');
  expect(run.shown).toEqual(['stdout a b vm']);
  expect(guest.left()).toEqual([]);
});

test.each([
  [false, 'one\r\ntwo\r\n'],
  [true, 'one\ntwo\r\n'],
])('with binary %s, line ends are as wanted', async (binary, written) => {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-batch-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 's.bat'), 'one\ntwo\r\n');
  const guest = guestOf({ instead: () => ({ exitStatus: 0, disconnected: false, outputTail: '' }) });
  await provisionOn(guest, { script: join(directory, 's.bat'), binary, remote_path: 'c:/s.bat' });
  expect(readFileSync(guest.at('c:/s.bat'), 'utf8')).toBe(written);
});

test("the command and the form of the variables are the template's to say", async () => {
  const guest = guestOf();
  const run = await provisionOn(guest, {
    inline: ['x'],
    environment_vars: ['A=1'],
    env_var_format: '%s:%s,100%% ',
    execute_command: 'echo {{.Vars}} {{.Path}} {{.WinRMPassword}}',
    remote_path: 'c:/run.cmd',
  });
  expect(run.shown[0]).toContain('A:1,100% PACKER_BUILD_NAME:vm,100%');
  expect(guest.done[1]).toContain('c:/run.cmd Winrm$1');
});

test.each([
  [[0], false],
  [[0, 4], true],
])('a script that exits with 4 where %j is valid passes: %s', async (valid, passes) => {
  const done = provisionOn(guestOf(), { inline: ['exit 4'], valid_exit_codes: valid });
  if (passes) await done;
  else
    await expect(done).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      exitStatus: 4,
      message: expect.stringContaining('<inline>') as string,
    });
});

test('a guest that is away is tried again, and one that a script switched off is left alone', async () => {
  const gone = { exitStatus: undefined, disconnected: true, outputTail: '' };
  const guest = guestOf({ refuseUploads: 1, instead: () => gone });
  await provisionOn(guest, { inline: ['shutdown /s'], valid_exit_codes: [0, 2300218] });
  expect(guest.done).toHaveLength(3);
});

test.each(['fails', 'is cancelled'])('the script is removed when it %s', async (how) => {
  const guest = guestOf();
  const controller = new AbortController();
  const ending: typeof guest = {
    ...guest,
    exec: (command, options) => {
      if (how === 'fails' || command.startsWith('del')) return guest.exec(command, options);
      controller.abort(new CancelledError());
      return Promise.reject(new CancelledError());
    },
  };
  const run = windowsRun(ending, { signal: controller.signal });
  await expect(provisioner.provision(config({ inline: ['exit 3'] }), run)).rejects.toThrow();
  expect(guest.left()).toEqual([]);
});
