import { waitFor, type PollResult, type Wait } from '../../../plugins/sdk/cloud.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { isNotFound } from './google-error.ts';

/** How a wait for Google looks and speaks. */
export const GOOGLE_CODES: Wait<unknown>['codes'] = { failed: 'GOOGLE_FAILED', timeout: 'GOOGLE_TIMEOUT' };
const LONGEST_PAUSE = 8000;

/** The longest pause between two looks, in milliseconds: KILN_GOOGLE_POLL_SECONDS, or 8 s. */
export function longestPause(): number {
  const text = process.env['KILN_GOOGLE_POLL_SECONDS'] ?? '';
  const seconds = Number(text);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : LONGEST_PAUSE;
}

/** Milliseconds, and the option that says so. */
export interface Limit {
  readonly milliseconds: number;
  readonly option: string;
  readonly hint?: string;
}

/** Whose wait it is. */
export type WaitingBuild = Pick<BuildRun, 'signal' | 'debug'> & Partial<Pick<BuildRun, 'waiting'>>;

interface Goal<T> {
  /** "the instance web" */
  readonly thing: string;
  /** "RUNNING" */
  readonly wanted: string;
  readonly limit: Limit;
  /** How the thing stands; undefined when it is not known yet. */
  readonly look: () => Promise<PollResult<T> | undefined>;
  readonly mayBeUnknown?: number;
}

/**
 * Asks at once, then in growing pauses. Throws `StepError` GOOGLE_FAILED with Google's reason, `TimeoutError`
 * GOOGLE_TIMEOUT with the last state, and what `look` throws.
 */
export function waitUntil<T>(goal: Goal<T>, build: WaitingBuild): Promise<T> {
  const { thing, wanted, limit, look, mayBeUnknown } = goal;
  return waitFor({
    what: `${thing} to be ${wanted}`,
    look,
    limit: {
      milliseconds: limit.milliseconds,
      pointer: `/${limit.option}`,
      hint: limit.hint ?? `${limit.option} sets how long is waited`,
    },
    codes: GOOGLE_CODES,
    longestPause: longestPause(),
    mayBeUnknown,
    isNotFound,
    onState: (state) => build.debug(`${thing} is ${state}`),
    waiting: build.waiting,
    signal: build.signal,
  });
}
