import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { Deadline } from '../deadline.ts';
import { hasRestarted, readUptime, type Uptime } from './read-uptime.ts';

const PAUSE_MILLISECONDS = 1000;
/** A guest that goes down refuses what it is asked; one that comes up does not answer yet, or not by PowerShell. */
const PASSING =
  /^(?:COMMUNICATOR_(?:LOST|NOT_STARTED|REFUSED)|SSH_LOGIN_REFUSED|SSH_HANDSHAKE_FAILED|WINRM_REPLY|WINRM_LOGIN_REFUSED|WINDOWS_NO_UPTIME)$/;

function isPassing(error: unknown): error is KilnError {
  return error instanceof TimeoutError || (error instanceof KilnError && PASSING.test(error.code));
}

/** Asks again and again until the guest was started anew, and gives its name. Throws as `Deadline.check` does. */
export async function awaitBoot(before: Uptime, deadline: Deadline, run: ProvisionRun): Promise<string> {
  const { communicator, signal } = run;
  let state = 'it still ran as before';
  for (;;) {
    await delay(Math.min(PAUSE_MILLISECONDS, deadline.left()), undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
    deadline.check(state);
    try {
      await communicator.reconnect({ signal, timeout: deadline.left() });
      const now = await readUptime(run, deadline.left());
      if (hasRestarted(before, now)) return now.host;
      state = 'it still ran as before';
    } catch (error) {
      throwIfCancelled(signal);
      if (!isPassing(error)) throw error;
      run.debug(error.message);
      state = error.message;
    }
  }
}
