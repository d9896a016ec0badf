import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { TimeoutError } from '../../errors/errors.ts';

/** How long a provisioner may take to stop after its time has run out. */
const GRACE_MILLISECONDS = 30_000;

/** "1h2m3s", as Packer writes durations; milliseconds as "250ms". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 || (hours > 0 && rest > 0) ? `${minutes}m` : ''}${
    rest > 0 || seconds < 60 ? `${rest}s` : ''
  }`;
}

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
  const controller = new AbortController();
  const expired = new TimeoutError(`${what} did not end within ${durationText(timeout)}`, {
    code: 'PROVISIONER_TIMEOUT',
    pointer: '/timeout',
    hint: 'raise its "timeout"',
  });
  let grace: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort(expired);
      grace = setTimeout(() => reject(expired), GRACE_MILLISECONDS);
    }, timeout);
  });
  try {
    return await Promise.race([body(AbortSignal.any([signal, controller.signal])), stuck]);
  } catch (error) {
    throwIfCancelled(signal);
    throw controller.signal.aborted ? expired : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}
