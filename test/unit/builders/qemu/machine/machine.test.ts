import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchMachine, type MachineWatch } from '../../../../../builders/qemu/machine/machine.ts';
import { diedOfKvm } from '../../../../../builders/qemu/machine/machine-status.ts';
import type { Qmp } from '../../../../../builders/qemu/machine/qmp.ts';
import { StepError } from '../../../../../core/errors/errors.ts';
import type { OwnedProcess } from '../../../../../core/process/owned.ts';

type End = Awaited<OwnedProcess['exited']>;

interface Watched {
  readonly watch: MachineWatch;
  /** What QEMU answers to query-status from now on. */
  readonly status: (status: string) => void;
  readonly ends: (end: End) => void;
}

function watched(status = 'running'): Watched {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const log = join(directory, 'log');
  writeFileSync(log, 'KVM internal error. Suberror: 1\n');
  const exited = Promise.withResolvers<End>();
  const owned: OwnedProcess = {
    pid: 1,
    id: { pid: 1, started: '' },
    exited: exited.promise,
    stop: () => Promise.resolve(),
  };
  const watch = watchMachine(owned, join(directory, 'console'), log);
  let answer = status;
  const qmp: Qmp = { execute: () => Promise.resolve({ status: answer }), close: () => undefined };
  watch.askWhenStopped(qmp);
  return {
    watch,
    status: (text) => {
      answer = text;
    },
    ends: (end) => exited.resolve(end),
  };
}

async function failure({ failed }: MachineWatch): Promise<unknown> {
  if (!failed.aborted) await new Promise((resolve) => failed.addEventListener('abort', resolve, { once: true }));
  return failed.reason;
}

it.each([
  ['internal-error', 'GUEST_CPU_FAILED'],
  ['guest-panicked', 'GUEST_PANICKED'],
  ['watchdog', 'GUEST_PANICKED'],
  ['shutdown', 'MACHINE_DIED'],
])('fails a machine that QEMU stops with the status %s', async (status, code) => {
  const { watch, status: becomes } = watched();
  becomes(status);
  watch.onEvent('STOP', {});
  expect(await failure(watch)).toMatchObject({
    code,
    message: expect.stringContaining('KVM internal error') as string,
  });
});

it('learns of a stop that was before it listened', async () => {
  expect(await failure(watched('internal-error').watch)).toMatchObject({ code: 'GUEST_CPU_FAILED' });
});

it('fails a machine whose guest says that it has panicked, also when QEMU lets it go on', async () => {
  const { watch } = watched();
  watch.onEvent('GUEST_PANICKED', { action: 'run' });
  expect(await failure(watch)).toMatchObject({ code: 'GUEST_PANICKED' });
});

it('takes a full disk for what it is, although QEMU stops the guest then, too', async () => {
  const { watch, status } = watched();
  status('io-error');
  watch.onEvent('BLOCK_IO_ERROR', { action: 'stop', nospace: true });
  watch.onEvent('STOP', {});
  expect(await failure(watch)).toMatchObject({ code: 'DISK_FULL' });
});

it('lets a machine be that somebody has paused, or that was to end', async () => {
  const { watch, status } = watched();
  status('paused');
  watch.onEvent('STOP', {});
  watch.expectEnd();
  status('shutdown');
  watch.onEvent('STOP', {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(watch.failed.aborted).toBe(false);
});

it.each([
  ['SIGABRT', 'QEMU_CRASHED', true],
  ['SIGSEGV', 'QEMU_CRASHED', true],
  ['SIGKILL', 'MACHINE_DIED', false],
] as const)('tells a QEMU that crashed from one that was killed: %s', async (signalName, code, kvm) => {
  const { watch, ends } = watched();
  ends({ exitStatus: undefined, signalName });
  const reason = await failure(watch);
  expect(reason).toMatchObject({ code });
  expect(diedOfKvm(reason)).toBe(kvm);
});

it('takes what QEMU says about KVM when it does not start for a failure of KVM', () => {
  const failed = (message: string): StepError => new StepError(message, { code: 'MACHINE_NOT_STARTED' });
  expect(diedOfKvm(failed('QEMU did not start\n  failed to initialize KVM: Permission denied'))).toBe(true);
  expect(diedOfKvm(failed('QEMU did not start\n  unsupported machine type'))).toBe(false);
});
