import { setTimeout as delay } from 'node:timers/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { OwnedProcess } from '../../../plugins/sdk/host.ts';
import { withConsole } from './console.ts';
import { codeOfSignal, meaningOfStop } from './machine-status.ts';
import type { Qmp } from './qmp.ts';
import { takePicture } from './screen-picture.ts';

/** What a machine is found by, besides its process. */
export type MachinePlaces = {
  readonly consoleFile: string;
  readonly logFile: string;
  readonly monitorSocket: string;
};

/** A running virtual machine. */
export interface Machine {
  /** Port of 127.0.0.1 that leads to the guest; undefined when none does. */
  readonly hostPort: number | undefined;
  readonly qmp: Qmp;
  /** QEMU's own process. */
  readonly process: OwnedProcess['id'];
  readonly places: MachinePlaces;
  /** What the guest says on its serial port. */
  readonly consoleFile: string;
  /** Aborts, with a `StepError` as its reason, when the machine ends unasked or cannot go on. */
  readonly failed: AbortSignal;
  /** Resolves when QEMU has ended. */
  readonly exited: Promise<void>;
  /** From now on it is no failure (or with false, one again) when the machine switches itself off; that QEMU crashes is. */
  expectEnd(expected?: boolean): void;
  /** Ends QEMU, if it has not ended. */
  stop(): Promise<void>;
  /** Makes this the reason of `failed`, unless it has one. */
  fail(reason: StepError): void;
  /** Keeps a picture of the guest's screen and returns its path; undefined when there is none. */
  picture(): Promise<string | undefined>;
  /** The message with the path of a picture of the screen and the end of the guest's console below. */
  withConsole(message: string): Promise<string>;
}

/** A machine whose QEMU runs and answers; `note` hears of the files that show what the guest does. */
export function machineOf(
  owned: OwnedProcess,
  watch: MachineWatch,
  qmp: Qmp,
  places: MachinePlaces,
  hostPort: number | undefined,
  note: (what: string, path: string) => void,
): Machine {
  const { consoleFile, logFile } = places;
  watch.askWhenStopped(qmp);
  const picture = async (): Promise<string | undefined> => {
    const path = await takePicture(qmp, consoleFile);
    if (path !== undefined) note('screen', path);
    return path;
  };
  return {
    hostPort,
    qmp,
    process: owned.id,
    places,
    consoleFile,
    failed: watch.failed,
    exited: watch.exited,
    expectEnd: (expected) => watch.expectEnd(expected),
    stop: async () => {
      watch.forget();
      await owned.stop();
      qmp.close();
    },
    fail: (reason) => watch.fail(reason),
    picture,
    withConsole: async (message) => {
      const path = await picture();
      const shown = path === undefined ? message : `${message}\npicture of the guest's screen: ${path}`;
      return withConsole(shown, consoleFile, logFile);
    },
  };
}

export interface MachineWatch {
  readonly failed: AbortSignal;
  readonly exited: Promise<void>;
  expectEnd(expected?: boolean): void;
  fail(reason: StepError): void;
  /** From now on no end is a failure. */
  forget(): void;
  /** Asks here why QEMU has stopped the guest, now and whenever it says so. */
  askWhenStopped(qmp: Qmp): void;
  /** Takes an event of QEMU. */
  readonly onEvent: (name: string, data: Readonly<Record<string, unknown>>) => void;
}

function describeEnd(end: Awaited<OwnedProcess['exited']>): string {
  if (end.exitStatus === 0) return 'the machine switched itself off';
  if (end.exitStatus !== undefined) return `QEMU ended with status ${end.exitStatus}`;
  return `QEMU was ended by ${end.signalName ?? 'a signal'}`;
}

function failureOfDisk(data: Readonly<Record<string, unknown>>): StepError {
  if (data['nospace'] === true) {
    return new StepError('the disk is full: the guest cannot write to its disk any more', {
      code: 'DISK_FULL',
      pointer: '/output_directory',
      hint: 'free some space, or choose an output_directory on another file system',
    });
  }
  const reason = typeof data['reason'] === 'string' ? data['reason'] : 'input/output error';
  return new StepError(`the guest's disk cannot be used any more: ${reason}`, { code: 'DISK_FAILED' });
}

async function statusOf(qmp: Qmp): Promise<string> {
  const answer = await qmp.execute('query-status').catch(() => undefined);
  return typeof answer === 'object' && answer !== null && 'status' in answer ? String(answer.status) : '';
}

/** Watches a QEMU process for an end that nobody asked for, and for a guest that cannot go on. */
export function watchMachine(owned: OwnedProcess, consoleFile: string, logFile: string): MachineWatch {
  const failure = new AbortController();
  let ending = false;
  let forgotten = false;
  const exited = owned.exited.then(async (end) => {
    if (forgotten || (ending && end.exitStatus === 0) || failure.signal.aborted) return;
    const message = await withConsole(`${describeEnd(end)} before its time`, consoleFile, logFile);
    failure.abort(new StepError(message, { code: codeOfSignal(end.signalName) }));
  });
  let qmp: Qmp | undefined;
  const failStopped = async (status: string): Promise<void> => {
    const stop = forgotten || (ending && status === 'shutdown') ? undefined : meaningOfStop(status);
    if (stop === undefined || failure.signal.aborted) return;
    const { message, ...details } = stop;
    failure.abort(new StepError(await withConsole(message, consoleFile, logFile), details));
  };
  const whyStopped = async (): Promise<void> => {
    if (qmp !== undefined) await failStopped(await statusOf(qmp));
  };
  const onEvent: MachineWatch['onEvent'] = (name, data) => {
    if (name === 'BLOCK_IO_ERROR' && data['action'] === 'stop' && !failure.signal.aborted) {
      failure.abort(failureOfDisk(data));
    }
    // By the next event of a guest that has panicked QEMU may be gone.
    if (name === 'GUEST_PANICKED') void failStopped('guest-panicked');
    if (name === 'STOP') void whyStopped();
  };
  return {
    failed: failure.signal,
    exited,
    expectEnd: (expected = true) => {
      ending = expected;
    },
    fail: (reason) => {
      if (!failure.signal.aborted) failure.abort(reason);
    },
    forget: () => {
      forgotten = true;
    },
    askWhenStopped: (monitor) => {
      qmp = monitor;
      void whyStopped();
    },
    onEvent,
  };
}

/**
 * Throws why the machine failed, if it did; otherwise tells whether it has ended. What is connected to it may break a
 * moment before that is known.
 */
export async function throwIfFailing({ exited, failed }: Machine): Promise<boolean> {
  const ended = exited.then(() => true);
  const result = await Promise.race([ended, delay(300, false)]);
  failed.throwIfAborted();
  return result;
}
