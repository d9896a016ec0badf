import { setTimeout as delay } from 'node:timers/promises';
import type { Qmp } from '../machine/qmp.ts';

const POLL_MILLISECONDS = 2;
/** A guest that reads no key for so long is not going to; typing goes on. */
const PATIENCE_MILLISECONDS = 5000;

/** PC keyboard controller (i8042), status port: bit 0 is set while a scan code waits to be read. */
const STATUS_PORT = '0x64';
const OUTPUT_FULL = 1;
const NO_CONTROLLER = 0xff;

/** BIOS data area: where the next key is read from and written to in the BIOS's buffer of 15 keys. */
const BIOS_BUFFER_POINTERS = '0x41a';
const [LOWEST_POINTER, HIGHEST_POINTER] = [0x1e, 0x3c];

async function monitor(qmp: Qmp, command: string): Promise<string> {
  const answer = await qmp.execute('human-monitor-command', { 'command-line': command });
  return typeof answer === 'string' ? answer : '';
}

async function scanCodeWaits(qmp: Qmp): Promise<boolean> {
  const [, value = '0'] = /= 0x([0-9a-f]+)/i.exec(await monitor(qmp, `i /xb ${STATUS_PORT}`)) ?? [];
  const status = Number.parseInt(value, 16);
  return status !== NO_CONTROLLER && (status & OUTPUT_FULL) !== 0;
}

interface BiosBuffer {
  readonly head: number;
  readonly tail: number;
}

async function biosBuffer(qmp: Qmp): Promise<BiosBuffer> {
  const found = /: 0x([0-9a-f]+) 0x([0-9a-f]+)/i.exec(await monitor(qmp, `xp /2xh ${BIOS_BUFFER_POINTERS}`));
  return { head: Number.parseInt(found?.[1] ?? '0', 16), tail: Number.parseInt(found?.[2] ?? '0', 16) };
}

function isPointer(value: number): boolean {
  return value >= LOWEST_POINTER && value <= HIGHEST_POINTER;
}

async function until(done: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (!(await done()) && performance.now() < deadline && !signal.aborted) {
    await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}

/** Waits until the guest has taken all keys that were sent. */
export type Drain = (signal: AbortSignal) => Promise<void>;

/**
 * A guest under load reads its keyboard late, and its queues are short: 16 keys at the controller, 15 in the BIOS. So
 * both are watched. The BIOS's buffer counts only once it was seen to change: later it is memory like any other.
 */
export async function flowControl(qmp: Qmp): Promise<Drain> {
  const atFirst = await biosBuffer(qmp);
  let biosIsUsed = false;
  return async (signal) => {
    await until(async () => !(await scanCodeWaits(qmp)), signal);
    const now = await biosBuffer(qmp);
    biosIsUsed ||= now.tail !== atFirst.tail && isPointer(now.tail);
    if (!biosIsUsed) return;
    await until(async () => {
      const { head, tail } = await biosBuffer(qmp);
      return head === tail || !isPointer(head) || !isPointer(tail);
    }, signal);
  };
}
