import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError, type Communicator } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { membersOf } from '../json-members.ts';
import type { Machine } from './machine.ts';

const LONGEST_INTERVAL = 5000;
/** A QEMU that hangs answers nothing. */
const ANSWER_MILLISECONDS = 5000;

/** Bytes that the guest has written to its disks. */
async function bytesWritten({ qmp }: Machine): Promise<number> {
  const disks = await qmp.execute('query-blockstats');
  const written = (Array.isArray(disks) ? disks : []).map((disk) =>
    Number(membersOf(membersOf(disk)['stats'])['wr_bytes']),
  );
  return written.reduce((sum, bytes) => sum + (Number.isNaN(bytes) ? 0 : bytes), 0);
}

async function stateOf(machine: Machine): Promise<string> {
  const size = await stat(machine.consoleFile).then(
    (file) => file.size,
    () => 0,
  );
  // A monitor that does not answer is no sign of life.
  const silence = delay(ANSWER_MILLISECONDS, 0, { ref: false });
  return `${size} ${await Promise.race([bytesWritten(machine).catch(() => 0), silence])}`;
}

/** Hears of what goes over the connection to the guest. */
export interface InactivityWatch {
  /** The same communicator; what it does counts as activity. */
  over(guest: Communicator): Communicator;
}

function reporting(guest: Communicator, note: () => void): Communicator {
  const during = async <T>(work: Promise<T>): Promise<T> => {
    note();
    try {
      return await work;
    } finally {
      note();
    }
  };
  return {
    ...guest,
    exec: (command, options) => {
      const onLine: typeof options.onLine = (stream, line) => {
        note();
        options.onLine?.(stream, line);
      };
      return during(guest.exec(command, { ...options, onLine }));
    },
    upload: (...args) => during(guest.upload(...args)),
    uploadTree: (...args) => during(guest.uploadTree(...args)),
    download: (...args) => during(guest.download(...args)),
    downloadTree: (...args) => during(guest.downloadTree(...args)),
    reconnect: (...args) => during(guest.reconnect(...args)),
  };
}

function text(milliseconds: number): string {
  return milliseconds >= 120_000 ? `${Math.round(milliseconds / 60_000)} min` : `${milliseconds / 1000} s`;
}

/**
 * Fails the machine when for `inactivity_timeout` its console says nothing, its disks are not written to and nothing
 * goes over the connection to it. Ends with the machine.
 */
export function watchInactivity(config: QemuBuilderConfig, machine: Machine): InactivityWatch {
  const limit = config.inactivity_timeout;
  if (limit <= 0) return { over: (guest) => guest };
  let last = performance.now();
  let state = '';
  let looking = false;
  const note = (): void => {
    last = performance.now();
  };
  const fail = async (): Promise<void> => {
    const message = `nothing has happened for ${text(limit)}: no output on the console, no writing to a disk, nothing over SSH`;
    machine.fail(
      new StepError(await machine.withConsole(message), {
        code: 'MACHINE_INACTIVE',
        pointer: '/inactivity_timeout',
        hint: 'look at the end of the console and at the picture of the screen; or give it more time',
      }),
    );
  };
  const look = async (): Promise<void> => {
    const now = await stateOf(machine);
    if (now !== state) note();
    state = now;
    if (performance.now() - last < limit) return;
    clearInterval(timer);
    await fail();
  };
  const timer = setInterval(
    () => {
      if (looking) return;
      looking = true;
      void look().finally(() => {
        looking = false;
      });
    },
    Math.min(limit / 4, LONGEST_INTERVAL),
  );
  timer.unref();
  void machine.exited.then(() => clearInterval(timer));
  machine.failed.addEventListener('abort', () => clearInterval(timer));
  return { over: (guest) => reporting(guest, note) };
}
