import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { TimeoutError } from '../../errors/errors.ts';
import { withinTime } from '../../errors/time-limit.ts';
import { durationText } from '../../text/duration-text.ts';

/** How long a provisioner may take to stop after its time has run out. */
const GRACE_MILLISECONDS = 30_000;

/** Waits; throws what `throwIfCancelled` throws when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}

/**
 * Runs `body` with a signal that aborts after `timeout` milliseconds (undefined: never). Throws `TimeoutError`
 * PROVISIONER_TIMEOUT then, at the latest 30 s later when `body` does not listen.
 */
export async function withTimeout<T>(
  what: string,
  timeout: number | undefined,
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeout === undefined) return body(signal);
  const expired = new TimeoutError(`${what} did not end within ${durationText(timeout)}`, {
    code: 'PROVISIONER_TIMEOUT',
    pointer: '/timeout',
    hint: 'raise its "timeout"',
  });
  return withinTime({ limit: timeout, grace: GRACE_MILLISECONDS, expired }, signal, body);
}
