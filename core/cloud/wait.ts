import { setTimeout as delay } from 'node:timers/promises';
import type { Ui } from '../contract/build-run.ts';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { StepError, TimeoutError } from '../errors/errors.ts';

/** How a thing stands when a wait looks at it: done, on the way, or failed for good. */
export type PollResult<T> =
  | { readonly done: T }
  /** One word of the provider's, as people see it: "pending". */
  | { readonly state: string }
  /** The provider's own reason. */
  | { readonly failed: string; readonly hint?: string };

/** How long a wait may take, and who says so. */
export interface WaitLimit {
  readonly milliseconds: number;
  /** The option that sets it, as a pointer. */
  readonly pointer?: string | undefined;
  /** What to do when the wait takes longer. */
  readonly hint: string;
}

/** What is waited for, and for how long. */
export interface Wait<T> {
  /** Completes "waiting for …": "the image 17 to be available". */
  readonly what: string;
  /** Undefined: the provider does not know the thing yet. */
  readonly look: () => Promise<PollResult<T> | undefined>;
  readonly limit: WaitLimit;
  /** The codes of the errors that the wait itself throws. */
  readonly codes: { readonly failed: string; readonly timeout: string };
  readonly signal: AbortSignal;
  /** Milliseconds between two looks at most; default 15 s. Pauses grow from one second. */
  readonly longestPause?: number | undefined;
  /** Whether an error of `look` says that the provider does not know the thing. */
  readonly isNotFound?: (error: unknown) => boolean;
  /** Milliseconds in which the thing may still be unknown after it was made; default one minute. */
  readonly mayBeUnknown?: number | undefined;
  /** The state of a thing that the provider does not know yet; default "not known yet". */
  readonly unknownState?: string;
  /** Hears of each new state. */
  readonly onState?: ((state: string) => void) | undefined;
  /** Hears of the wait as a whole: the build's own, so that people see what is waited for. */
  readonly waiting?: Ui['waiting'] | undefined;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15_000;
const MINUTE = 60_000;

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  throwIfCancelled(signal);
}

/**
 * Looks at once, then in growing pauses, and resolves with what is `done`. Throws `StepError` with `codes.failed` and the
 * provider's reason, `TimeoutError` with `codes.timeout` and the last state, `CancelledError`, and what `look` throws.
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const { what, look, limit, codes, signal, onState } = wait;
  const { isNotFound = () => false, mayBeUnknown = MINUTE, unknownState = 'not known yet' } = wait;
  const longest = wait.longestPause ?? LONGEST_PAUSE;
  const started = performance.now();
  let known = false;
  let last = '';
  using _over = { [Symbol.dispose]: () => wait.waiting?.(what, undefined) };
  for (let next = Math.min(FIRST_PAUSE, longest); ; next = Math.min(next * 1.5, longest)) {
    const passed = performance.now() - started;
    const found = await look().catch((error: unknown) => {
      if (known || passed > mayBeUnknown || !isNotFound(error)) throw error;
      return undefined;
    });
    const result: PollResult<T> = found ?? { state: unknownState };
    if ('done' in result) return result.done;
    if ('failed' in result) {
      throw new StepError(`waiting for ${what}: ${result.failed}`, { code: codes.failed, hint: result.hint });
    }
    if (found !== undefined) known = true;
    if (result.state !== last) onState?.(result.state);
    last = result.state;
    wait.waiting?.(what, { reason: last, limit: limit.milliseconds });
    if (passed >= limit.milliseconds) {
      const { pointer, hint } = limit;
      const message = `${what}: not after ${Math.round(limit.milliseconds / 1000)} s; it is ${last}`;
      throw new TimeoutError(message, { code: codes.timeout, pointer, hint });
    }
    await pause(Math.min(next, Math.max(limit.milliseconds - passed, 0)), signal);
  }
}

const FIRST_RETRY_PAUSE = 250;
const LONGEST_RETRY_PAUSE = 10_000;

/**
 * Makes an attempt again, in growing pauses, while `passes` says of its error that it may pass, for `limit` milliseconds.
 * Throws the last error, and `CancelledError`.
 */
export async function retryWhile<T>(
  attempt: () => Promise<T>,
  passes: (error: unknown) => boolean,
  { signal, limit }: { readonly signal: AbortSignal; readonly limit: number },
): Promise<T> {
  const started = performance.now();
  for (let next = FIRST_RETRY_PAUSE; ; next = Math.min(next * 2, LONGEST_RETRY_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      if (!passes(error) || performance.now() - started + next > limit) throw error;
    }
    await pause(next, signal);
  }
}
