import { setTimeout as delay } from 'node:timers/promises';
import { guestFailureOf } from '../../../errors/guest-failure.ts';
import type { SshConnection, ConnectionSource, Start } from '../connection.ts';

/*
 * What is tried again of a command over SSH, and by whom: a session that the server did not open, over the same login; what
 * the guest never got, once over a new one. Nothing else is: a command that may have run does not run a second time. Copies
 * of files, which may, begin anew (`transfer/across-losses.ts`), and a provisioner decides about its own scripts.
 */

/** A server that allows few sessions counts one until its process has gone, which is after it was told to have ended. */
const PAUSES = [50, 100, 200, 400, 800, 1600, 3200];

/** Starts a command again while the server opens no session for it and the login lives. Throws what `start` throws. */
export async function untilSession<T>(
  login: SshConnection,
  signal: AbortSignal,
  start: () => Promise<Start<T>>,
): Promise<Start<T>> {
  for (const pause of PAUSES) {
    const outcome = await start();
    if (!('refused' in outcome) || !login.alive()) return outcome;
    await delay(pause);
    if (signal.aborted) return outcome;
  }
  return start();
}

/** Does over a new login what the guest never got because the connection was lost. Throws what `work` and `link` throw. */
export async function overLogins<T>(
  link: ConnectionSource,
  signal: AbortSignal,
  work: (login: SshConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(await link.login(signal));
  } catch (error) {
    if (guestFailureOf(error) !== 'unreachable') throw error;
    return work(await link.login(signal));
  }
}
