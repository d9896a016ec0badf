import { rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { ExecResult } from '../../../../core/contract/communicator.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { WindowsRestartProvisionerConfig } from '../../../../provisioners/windows-restart/config.gen.ts';
import { provisioner } from '../../../../provisioners/windows-restart/index.ts';
import { hasRestarted } from '../../../../provisioners/windows-restart/steps/read-uptime.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { localWindows, windowsRun, type LocalWindows } from '../../../support/winrm/local-windows.ts';
import type { TestProvisionRun } from '../../../support/provision-run.ts';

const RESTART = 'shutdown /r /f /t 0 /c "packer restart"';

function config(options: JsonObject): WindowsRestartProvisionerConfig {
  return componentConfig('provisioners/windows-restart', options);
}

function outcome(exitStatus: number, outputTail = ''): ExecResult {
  return { exitStatus, disconnected: false, outputTail };
}

interface Guest {
  readonly guest: LocalWindows;
  readonly run: (options?: JsonObject) => Promise<TestProvisionRun>;
}

/** A guest that is up for an hour, and boots anew when it is told to, unless `answer` says what comes of a command. */
function guestThat(answer: (command: string) => ExecResult | undefined = () => undefined): Guest {
  const guest = localWindows({
    instead: (command) => {
      const result = answer(command);
      if (command === RESTART && (result === undefined || result.exitStatus !== 5)) {
        writeFileSync(guest.at('c:/boot-time'), String(Date.now()));
      }
      return result;
    },
  });
  onTestFinished(() => guest.remove());
  writeFileSync(guest.at('c:/boot-time'), String(Date.now() - 3_600_000));
  return {
    guest,
    run: async (options = {}) => {
      const run = windowsRun(guest);
      await provisioner.provision(config(options), run);
      return run;
    },
  };
}

test('restart_timeout of less than nothing is not taken', () => {
  const codes = provisioner.prepare(config({ restart_timeout: '-1s' }), prepareContext()).map(({ code }) => code);
  expect(codes).toEqual(['WINDOWS_RESTART_TIMEOUT']);
  expect(provisioner.prepare(config({}), prepareContext())).toEqual([]);
});

test('the guest is restarted by the command of Packer, and known again by the time it is up', async () => {
  const { guest, run } = guestThat();
  const { said } = await run();
  expect(guest.done[1]).toBe(RESTART);
  expect(guest.done).toHaveLength(3);
  expect(said).toEqual(['restarting the guest', 'the guest restarted']);
});

test.each([
  [1115, undefined],
  [1190, undefined],
  [5, 'WINDOWS_RESTART_REFUSED'],
])('a restart_command that exits with %i is judged %s', async (status, code) => {
  const { run } = guestThat((command) => (command === RESTART ? outcome(status) : undefined));
  if (code === undefined) await run();
  else await expect(run()).rejects.toMatchObject({ code, exitStatus: status });
});

test('a guest that goes down in the middle of the command has done what it was told', async () => {
  const gone = { exitStatus: undefined, disconnected: true, outputTail: '' };
  await guestThat((command) => (command === RESTART ? gone : undefined)).run();
});

test('a guest that still answers is not taken for one that has restarted', async () => {
  const { run } = guestThat();
  await expect(run({ restart_command: 'echo no', restart_timeout: '4s' })).rejects.toMatchObject({
    code: 'WINDOWS_RESTART_TIMEOUT',
    message: 'the guest has not restarted within 4 s: it still ran as before',
  });
});

test('restart_check_command is run until it succeeds, and shown', async () => {
  let tries = 0;
  const { run } = guestThat((command) => (command === 'echo up' && tries++ === 0 ? outcome(1, 'not yet') : undefined));
  const { shown } = await run({ restart_check_command: 'echo up' });
  expect(tries).toBe(2);
  expect(shown).toEqual(['stdout up']);
});

test('a restart_check_command that never succeeds is named with its last words', async () => {
  const { run } = guestThat((command) => (command === 'check' ? outcome(1, 'not yet') : undefined));
  await expect(run({ restart_check_command: 'check', restart_timeout: '6s' })).rejects.toMatchObject({
    message: expect.stringContaining('restart_check_command exits with status 1 not yet') as string,
  });
});

test('with check_registry the guest has to be done with its updates', async () => {
  let looks = 0;
  const { guest, run } = guestThat((command) => {
    if (command.includes('-EncodedCommand') && decoded(command).includes('Test-Path') && ++looks > 1) {
      rmSync(guest.at('c:/registry'));
    }
    return undefined;
  });
  writeFileSync(guest.at('c:/registry'), 'HKLM:a\\RebootPending');
  const { said } = await run({ check_registry: true, registry_keys: ['HKLM:a\\RebootPending', 'HKLM:b'] });
  expect(looks).toBe(2);
  expect(said.at(-1)).toContain('restarted');
});

function decoded(command: string): string {
  return Buffer.from(command.slice(command.lastIndexOf(' ') + 1), 'base64').toString('utf16le');
}

test('a guest whose PowerShell says nothing is not restarted', async () => {
  const { guest, run } = guestThat(() => outcome(1, 'no powershell'));
  await expect(run()).rejects.toMatchObject({ code: 'WINDOWS_NO_UPTIME' });
  expect(guest.done).toHaveLength(1);
});

test.each([
  ['ran on', { milliseconds: 3_600_000, at: 0 }, { milliseconds: 3_660_000, at: 60_000 }, false],
  ['was halted for a second', { milliseconds: 3_600_000, at: 0 }, { milliseconds: 3_659_000, at: 60_000 }, false],
  ['restarted', { milliseconds: 3_600_000, at: 0 }, { milliseconds: 20_000, at: 60_000 }, true],
  ['restarted soon after its boot', { milliseconds: 12_000, at: 0 }, { milliseconds: 15_000, at: 30_000 }, true],
])('a guest that %s is known', (_what, before, now, expected) => {
  expect(hasRestarted({ ...before, host: 'h' }, { ...now, host: 'h' })).toBe(expected);
});
