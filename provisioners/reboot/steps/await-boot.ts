import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { isGuestBooting } from '../../../plugins/sdk/guest.ts';
import { readBootId } from './read-boot-id.ts';

const PAUSE_MILLISECONDS = 500;
const LOGIN_MILLISECONDS = 5000;

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
      if (!isGuestBooting(error)) throw error;
      run.debug(error.message);
      // A login that the deadline cut short says less than what was seen before it.
      if (left > LOGIN_MILLISECONDS) state = error.message;
    }
    await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}
