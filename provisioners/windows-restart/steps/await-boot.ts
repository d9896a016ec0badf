import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { isGuestBooting } from '../../../plugins/sdk/guest.ts';
import type { Deadline } from '../deadline.ts';
import { hasRestarted, readUptime, type Uptime } from './read-uptime.ts';

const PAUSE_MILLISECONDS = 1000;
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
      if (!isGuestBooting(error)) throw error;
      run.debug(error.message);
      state = error.message;
    }
  }
}
