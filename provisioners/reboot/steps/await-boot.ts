import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { readBootId } from './read-boot-id.ts';

const PAUSE_MILLISECONDS = 500;
const LOGIN_MILLISECONDS = 5000;
/** A guest that goes down refuses logins; one that comes up does not answer yet. */
const PASSING: readonly string[] = [
  'COMMUNICATOR_LOST',
  'COMMUNICATOR_NOT_STARTED',
  'COMMUNICATOR_REFUSED',
  'SSH_LOGIN_REFUSED',
  'SSH_HANDSHAKE_FAILED',
  'REBOOT_NO_BOOT_ID',
];

function isPassing(error: unknown): error is KilnError {
  return error instanceof TimeoutError || (error instanceof KilnError && PASSING.includes(error.code));
}

/**
 * Logs in again and again until the guest is in another boot than `before`. `deadline` is a time of `performance.now()`,
 * `timeout` (milliseconds) what messages call it. Throws `TimeoutError` REBOOT_TIMEOUT, which says how the guest stood,
 * and what does not pass while a guest boots.
 */
export async function awaitBoot(before: string, deadline: number, timeout: number, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  let state = 'it still ran as before';
  for (;;) {
    const left = Math.ceil(deadline - performance.now());
    if (left <= 0) {
      throw new TimeoutError(`the guest has not booted anew within ${timeout / 1000} s: ${state}`, {
        code: 'REBOOT_TIMEOUT',
        pointer: '/reboot_timeout',
        hint: 'look at its console, or raise reboot_timeout',
      });
    }
    try {
      await communicator.reconnect({ signal, timeout: left });
      if ((await readBootId(run, Math.max(1, Math.ceil(deadline - performance.now())))) !== before) return;
      state = 'it still ran as before';
    } catch (error) {
      throwIfCancelled(signal);
      if (!isPassing(error)) throw error;
      run.debug(error.message);
      // A login that the deadline cut short says less than what was seen before it.
      if (left > LOGIN_MILLISECONDS) state = error.message;
    }
    await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}
