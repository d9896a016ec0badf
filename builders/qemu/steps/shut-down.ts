import { setTimeout as delay } from 'node:timers/promises';
import {
  CancelledError,
  CommandError,
  KilnError,
  TimeoutError,
  type BuildRun,
  type Communicator,
} from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { Machine } from '../machine/machine.ts';

/** How long a guest may take to react to its power button, when nothing says how it shuts down. */
const BUTTON_MILLISECONDS = 60_000;
const SYNC_MILLISECONDS = 15_000;
/** How long the machine may go on after its shutdown command failed; some guests end although it says so. */
const GRACE_MILLISECONDS = 10_000;

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}

/** Whether the machine ended within so many milliseconds. Throws when the build is cancelled or the machine fails. */
async function endsWithin(machine: Machine, milliseconds: number, build: BuildRun): Promise<boolean> {
  const signal = AbortSignal.any([build.signal, machine.failed]);
  const timer = new AbortController();
  const stop = AbortSignal.any([signal, timer.signal]);
  try {
    const limit = delay(milliseconds, false, { signal: stop });
    const ended = await Promise.race([machine.exited.then(() => true), limit]);
    machine.failed.throwIfAborted();
    return ended;
  } catch (error) {
    if (build.signal.aborted) throw new CancelledError();
    machine.failed.throwIfAborted();
    throw error;
  } finally {
    timer.abort();
  }
}

/**
 * Runs the shutdown command. Resolves with its failure when it says that it failed; stays pending when it does not
 * end, or ended well or with its connection, as shutdown commands do.
 */
async function runCommand(
  command: string,
  guest: Communicator,
  signal: AbortSignal,
  build: BuildRun,
): Promise<CommandError> {
  try {
    const { exitStatus, outputTail } = await guest.exec(command, {
      signal,
      onLine: (stream, line) => build.output(stream, line),
    });
    if (exitStatus !== undefined && exitStatus !== 0) {
      return new CommandError(`the shutdown command ended with status ${exitStatus}, and the machine goes on`, {
        code: 'SHUTDOWN_COMMAND_FAILED',
        pointer: '/shutdown_command',
        exitStatus,
        outputTail,
      });
    }
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
  }
  return new Promise(() => undefined);
}

async function byCommand(
  command: string,
  limit: number,
  machine: Machine,
  guest: Communicator,
  build: BuildRun,
): Promise<void> {
  const over = new AbortController();
  const failure = runCommand(command, guest, AbortSignal.any([build.signal, over.signal]), build);
  try {
    const outcome = await Promise.race([endsWithin(machine, limit, build), failure]);
    if (outcome === true) return;
    if (outcome !== false) {
      if (await endsWithin(machine, Math.min(limit, GRACE_MILLISECONDS), build)) return;
      throw outcome;
    }
  } finally {
    over.abort();
  }
  throw await stuck(
    machine,
    limit,
    'after it was told to shut down',
    'poweroff shuts down and switches off; plain halt does not switch off',
  );
}

async function stuck(machine: Machine, limit: number, since: string, hint: string): Promise<TimeoutError> {
  const message = await machine.withConsole(`the machine was still on ${seconds(limit)} ${since}`);
  return new TimeoutError(message, { code: 'SHUTDOWN_TIMEOUT', pointer: '/shutdown_timeout', hint });
}

async function byButton(limit: number, machine: Machine, guest: Communicator, build: BuildRun): Promise<void> {
  const patience = Math.min(limit, BUTTON_MILLISECONDS);
  await machine.qmp.execute('system_powerdown');
  if (await endsWithin(machine, patience, build)) return;
  build.warn(
    `the guest took no notice of its power button for ${seconds(patience)}; it is switched off. ` +
      'Set shutdown_command to shut it down properly',
  );
  // What the guest has not written yet would be lost.
  const signal = AbortSignal.any([build.signal, machine.failed]);
  await guest.exec('sync', { signal, timeout: SYNC_MILLISECONDS }).catch((error: unknown) => {
    if (!(error instanceof KilnError)) throw error;
  });
  await machine.qmp.execute('quit').catch(() => undefined);
}

/** Ends the machine; its disk is complete then. Throws `TimeoutError` SHUTDOWN_TIMEOUT or `CommandError`. */
export async function shutDown(
  config: QemuBuilderConfig,
  machine: Machine,
  guest: Communicator,
  build: BuildRun,
): Promise<void> {
  machine.failed.throwIfAborted();
  machine.expectEnd();
  const limit = config.shutdown_timeout;
  const { shutdown_command: command = '' } = config;
  if (config.communicator === 'none') {
    build.say('waiting until the guest shuts itself down');
    if (!(await endsWithin(machine, limit, build))) {
      throw await stuck(
        machine,
        limit,
        'after Kiln began to wait for its end',
        'without a communicator the guest must switch itself off',
      );
    }
  } else if (command === '') await byButton(limit, machine, guest, build);
  else await byCommand(command, limit, machine, guest, build);
  await machine.exited;
  await machine.stop();
}
