import { waitFor, type PollResult, type Wait } from '../../../plugins/sdk/cloud.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { isNotFound } from './failure.ts';

/** How a wait for OpenStack looks and speaks. */
export const OPENSTACK_CODES: Wait<unknown>['codes'] = { failed: 'OPENSTACK_FAILED', timeout: 'OPENSTACK_TIMEOUT' };
const LONGEST_PAUSE = 8000;

/** The longest pause between two looks, in milliseconds: KILN_OPENSTACK_POLL_SECONDS, or 8 s. */
export function longestPause(): number {
  const text = process.env['KILN_OPENSTACK_POLL_SECONDS'] ?? '';
  const seconds = Number(text);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : LONGEST_PAUSE;
}

interface Goal<T> {
  /** "the server web" */
  readonly thing: string;
  /** "ACTIVE" */
  readonly wanted: string;
  /** Milliseconds, and the option that says so. */
  readonly limit: { readonly milliseconds: number; readonly option: string; readonly hint?: string };
  /** How the thing stands; undefined when it is not known yet. */
  readonly look: () => Promise<PollResult<T> | undefined>;
  readonly mayBeUnknown?: number;
}

/**
 * Asks at once, then in growing pauses. Throws `StepError` OPENSTACK_FAILED with OpenStack's reason, `TimeoutError`
 * OPENSTACK_TIMEOUT with the last state, and what `look` throws.
 */
export function waitUntil<T>(
  goal: Goal<T>,
  build: Pick<BuildRun, 'signal' | 'debug'> & Partial<Pick<BuildRun, 'waiting'>>,
): Promise<T> {
  const { thing, wanted, limit, look, mayBeUnknown } = goal;
  return waitFor({
    what: `${thing} to be ${wanted}`,
    look,
    limit: {
      milliseconds: limit.milliseconds,
      pointer: `/${limit.option}`,
      hint: limit.hint ?? `${limit.option} sets how long is waited`,
    },
    codes: OPENSTACK_CODES,
    longestPause: longestPause(),
    mayBeUnknown,
    isNotFound,
    onState: (state) => build.debug(`${thing} is ${state}`),
    waiting: build.waiting,
    signal: build.signal,
  });
}
