import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchInactivity } from '../../../../../builders/qemu/machine/inactivity.ts';
import type { Machine } from '../../../../../builders/qemu/machine/machine.ts';
import { noneCommunicator } from '../../../../../core/communicators/none.ts';
import { qemuConfig } from '../../../../support/qemu/qemu-config.ts';

interface Guest {
  readonly machine: Machine;
  written: number;
  say(): void;
}

function quietGuest(): Guest {
  const home = mkdtempSync(join(tmpdir(), 'kiln-test-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const consoleFile = join(home, 'console.log');
  const failure = new AbortController();
  onTestFinished(() => failure.abort());
  const guest: Guest = {
    written: 0,
    say: () => appendFileSync(consoleFile, 'something\n'),
    machine: {
      hostPort: undefined,
      qmp: {
        execute: () => Promise.resolve([{ stats: { wr_bytes: written() } }]),
        close: () => undefined,
      },
      process: { pid: 0, started: '' },
      places: { consoleFile, logFile: '', monitorSocket: '' },
      consoleFile,
      failed: failure.signal,
      exited: new Promise(() => undefined),
      expectEnd: () => undefined,
      fail: (reason) => failure.abort(reason),
      stop: () => Promise.resolve(),
      picture: () => Promise.resolve(undefined),
      withConsole: (message) => Promise.resolve(message),
    },
  };
  function written(): number {
    return guest.written;
  }
  return guest;
}

async function repeat(times: number, action: () => unknown): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await delay(200);
    await action();
  }
}

const config = qemuConfig({ iso_url: 'a', iso_checksum: 'none', communicator: 'none', inactivity_timeout: '1200ms' });

describe('a machine in which nothing happens', () => {
  it('is failed after the time', async () => {
    const { machine } = quietGuest();
    watchInactivity(config, machine);
    await expect.poll(() => machine.failed.aborted, { timeout: 3000 }).toBe(true);
    expect(machine.failed.reason).toMatchObject({ code: 'MACHINE_INACTIVE', pointer: '/inactivity_timeout' });
  });

  it('is left alone without the option', async () => {
    const { machine } = quietGuest();
    watchInactivity({ ...config, inactivity_timeout: 0 }, machine);
    await delay(2000);
    expect(machine.failed.aborted).toBe(false);
  });

  it('is active while its console says something', async () => {
    const guest = quietGuest();
    watchInactivity(config, guest.machine);
    await repeat(10, () => guest.say());
    expect(guest.machine.failed.aborted).toBe(false);
  });

  it('is active while its disks are written to', async () => {
    const guest = quietGuest();
    watchInactivity(config, guest.machine);
    await repeat(10, () => (guest.written += 512));
    expect(guest.machine.failed.aborted).toBe(false);
  });

  it('lets provisioners know of its guest what the communicator knows', () => {
    const { machine } = quietGuest();
    const windows = { ...noneCommunicator, kind: 'winrm', system: 'windows' } as const;
    expect(watchInactivity(config, machine).over(windows)).toMatchObject({ kind: 'winrm', system: 'windows' });
  });

  it('is active while its commands say something', async () => {
    const { machine } = quietGuest();
    const talking = {
      ...noneCommunicator,
      exec: async (_command: string, { onLine }: { onLine?: (stream: 'stdout', line: string) => void }) => {
        await repeat(10, () => onLine?.('stdout', 'still at work'));
        return { exitStatus: 0, disconnected: false, outputTail: '' };
      },
    };
    const guest = watchInactivity(config, machine).over(talking);
    const lines: string[] = [];
    const signal = new AbortController().signal;
    await guest.exec('make', { signal, onLine: (_stream, line) => void lines.push(line) });
    expect(machine.failed.aborted).toBe(false);
    expect(lines).toHaveLength(10);
    await expect.poll(() => machine.failed.aborted, { timeout: 3000 }).toBe(true);
  });
});
