import { setTimeout as delay } from 'node:timers/promises';
import { StepError, throwIfCancelled, TimeoutError } from '../../../plugins/sdk/index.ts';
import { isNotFound } from './failure.ts';

/** How often and how long AWS is asked whether something is done. Milliseconds. */
export interface Polling {
  readonly longestPause: number;
  /** Wins over a limit that no option sets. */
  readonly limit: number | undefined;
}

/** `aws_polling`, or the variables that Packer reads for it. */
export function pollingFrom(
  given: { readonly delay_seconds?: number; readonly max_attempts?: number } | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Polling {
  const number = (name: string): number | undefined => {
    const text = environment[name] ?? '';
    const value = Number(text);
    return text !== '' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const seconds = given?.delay_seconds ?? number('AWS_POLL_DELAY_SECONDS') ?? 15;
  const attempts = given?.max_attempts ?? number('AWS_MAX_ATTEMPTS');
  const whole = number('AWS_TIMEOUT_SECONDS');
  const limit = attempts === undefined ? whole : attempts * seconds;
  return { longestPause: seconds * 1000, limit: limit === undefined || limit === 0 ? undefined : limit * 1000 };
}

/** How a thing stands: done, on the way, or failed for good. */
export type Standing<T> =
  { readonly done: T } | { readonly state: string } | { readonly failed: string; readonly hint?: string };

/** How long an option of the wait's own says that is waited; `aws_polling` does not change it. */
export interface OwnLimit {
  readonly milliseconds: number;
  /** The option, as a pointer. */
  readonly pointer?: string;
  /** What to do when it takes longer. */
  readonly hint: string;
}

export interface Wait<T> {
  /** "AMI ami-1 to be available". */
  readonly what: string;
  /** Undefined: AWS does not know the thing yet. */
  readonly look: () => Promise<Standing<T> | undefined>;
  /** Milliseconds, for which `aws_polling` may say others; or what an option says. */
  readonly limit: number | OwnLimit;
  readonly polling: Polling;
  readonly signal: AbortSignal;
  /** Milliseconds in which the thing may still be unknown to AWS after it was made; default one minute. */
  readonly mayBeUnknown?: number;
  readonly onState?: (state: string) => void;
}

const FIRST_PAUSE = 1000;
const MINUTE = 60_000;
const UNKNOWN = 'unknown to AWS yet';

/**
 * Asks at once, then in growing pauses. Throws `StepError` AMAZON_FAILED with AWS's reason, `TimeoutError`
 * AMAZON_TIMEOUT with the last state, and what `look` throws.
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const { what, look, polling, signal, mayBeUnknown = MINUTE, onState } = wait;
  const own: OwnLimit =
    typeof wait.limit === 'number'
      ? {
          milliseconds: polling.limit ?? wait.limit,
          pointer: '/aws_polling',
          hint: 'aws_polling sets how long is waited',
        }
      : wait.limit;
  const { milliseconds: limit, pointer, hint } = own;
  const started = performance.now();
  let seen = false;
  let last = '';
  for (let pause = Math.min(FIRST_PAUSE, polling.longestPause); ; pause = Math.min(pause * 1.5, polling.longestPause)) {
    const passed = performance.now() - started;
    const found = await look().catch((error: unknown) => {
      if (seen || passed > mayBeUnknown || !isNotFound(error)) throw error;
      return undefined;
    });
    const standing: Standing<T> = found ?? { state: UNKNOWN };
    if ('done' in standing) return standing.done;
    if ('failed' in standing) {
      throw new StepError(`waiting for ${what}: ${standing.failed}`, {
        code: 'AMAZON_FAILED',
        ...(standing.hint === undefined ? {} : { hint: standing.hint }),
      });
    }
    if (standing.state !== UNKNOWN) seen = true;
    if (standing.state !== last) onState?.(standing.state);
    last = standing.state;
    if (passed >= limit) {
      throw new TimeoutError(`${what}: not after ${Math.round(limit / 1000)} s; it is ${last}`, {
        code: 'AMAZON_TIMEOUT',
        pointer,
        hint,
      });
    }
    await delay(Math.min(pause, Math.max(limit - passed, 0)), undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}

/** Tries again while AWS does not know yet what was made a moment ago. */
export async function whileUnsettled<T>(
  attempt: () => Promise<T>,
  unsettled: (error: unknown) => boolean,
  { signal, limit }: { readonly signal: AbortSignal; readonly limit: number },
): Promise<T> {
  const started = performance.now();
  for (let pause = 250; ; pause = Math.min(pause * 2, 10_000)) {
    try {
      return await attempt();
    } catch (error) {
      if (!unsettled(error) || performance.now() - started + pause > limit) throw error;
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}

/**
 * Makes a call about what was made a moment ago: for a minute AWS may not know it yet. `id` is for calls that name other
 * things too, which are not waited for.
 */
export function onceKnown<T>(call: () => Promise<T>, signal: AbortSignal, id = ''): Promise<T> {
  const isUnknown = (error: unknown): boolean => isNotFound(error) && String(error).includes(id);
  return whileUnsettled(call, isUnknown, { signal, limit: MINUTE });
}
