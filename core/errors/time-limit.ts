import { throwIfCancelled } from './cancelled.ts';
import type { TimeoutError } from './errors.ts';

/** How long something may take, in milliseconds. */
export interface TimeLimit {
  readonly limit: number;
  /** How much longer a body is waited for that does not listen to its signal. */
  readonly grace: number;
  /** What is thrown when it took too long. */
  readonly expired: TimeoutError;
}

/**
 * Runs `body` with a signal that aborts with `signal`, and when the time is over. Throws what `throwIfCancelled` throws
 * when `signal` has aborted, and `expired` at the latest when limit and grace are over.
 */
export async function withinTime<T>(
  { limit, grace, expired }: TimeLimit,
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let graceTimer: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort(expired);
      graceTimer = setTimeout(() => reject(expired), grace);
    }, limit);
  });
  try {
    return await Promise.race([body(AbortSignal.any([signal, controller.signal])), stuck]);
  } catch (error) {
    throwIfCancelled(signal);
    throw controller.signal.aborted ? expired : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(graceTimer);
  }
}
