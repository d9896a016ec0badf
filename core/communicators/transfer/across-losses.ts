import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, TimeoutError, type GuestFailure } from '../../errors/errors.ts';
import { guestLost } from '../../errors/guest-failure.ts';

/** What a transfer fails with when the connection is gone; anything else would come again. */
const LOST: readonly (GuestFailure | undefined)[] = ['lost', 'unreachable'];
const MOST_TRIES = 10;
/** A template may wait for hours for a guest that installs itself; one that was there is back sooner, or broken. */
const LONGEST_WAIT = 5 * 60_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;

export interface Recovery {
  /** Milliseconds that the template waits for the guest. All waits of one transfer together take no longer. */
  readonly timeout: number;
  /** Resolves when there is a connection; throws `TimeoutError` after `limit` milliseconds. */
  connect(limit: number, signal: AbortSignal): Promise<unknown>;
  warn(text: string): void;
}

function gaveUp(lost: CommandError, why: string, cause: CommandError | TimeoutError): CommandError {
  const hint = cause.hint === undefined ? {} : { hint: cause.hint };
  return guestLost(`${lost.message}, ${why}`, { cause, ...hint });
}

/**
 * Does a transfer, which may be done any number of times, again from its beginning whenever the connection was lost: 10
 * times at most. Throws what it throws otherwise, `CommandError` COMMUNICATOR_LOST when it is given up, what `connect`
 * throws, and what `throwIfCancelled` throws.
 */
export async function acrossLosses<T>(recovery: Recovery, signal: AbortSignal, transfer: () => Promise<T>): Promise<T> {
  let left = Math.min(recovery.timeout, LONGEST_WAIT);
  let pause = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await transfer();
    } catch (lost) {
      throwIfCancelled(signal);
      if (!(lost instanceof CommandError) || !LOST.includes(lost.guest)) throw lost;
      if (tries === MOST_TRIES) throw gaveUp(lost, `and so it was ${tries} times`, lost);
      recovery.warn(`${lost.message}; it goes on over a new connection`);
      const start = performance.now();
      await delay(pause, undefined, { signal }).catch(() => throwIfCancelled(signal));
      try {
        await recovery.connect(Math.max(1, left - pause), signal);
      } catch (error) {
        throw error instanceof TimeoutError ? gaveUp(lost, `and there is no new one: ${error.message}`, error) : error;
      }
      left -= performance.now() - start;
      pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
    }
  }
}
