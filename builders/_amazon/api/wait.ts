import {
  retryWhile,
  waitFor as waitForAny,
  type PollResult,
  type Wait,
  type WaitLimit,
} from '../../../plugins/sdk/cloud.ts';
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

/** How a wait for AWS looks and speaks. */
export const AMAZON_CODES: Wait<unknown>['codes'] = { failed: 'AMAZON_FAILED', timeout: 'AMAZON_TIMEOUT' };
export const UNKNOWN_STATE = 'unknown to AWS yet';

interface AmazonWait<T> extends Pick<Wait<T>, 'what' | 'signal' | 'mayBeUnknown' | 'onState' | 'waiting'> {
  /** Undefined: AWS does not know the thing yet. */
  readonly look: () => Promise<PollResult<T> | undefined>;
  /** Milliseconds, for which `aws_polling` may say others; or what an option of the wait's own says. */
  readonly limit: number | WaitLimit;
  readonly polling: Polling;
}

/**
 * Asks at once, then in growing pauses. Throws `StepError` AMAZON_FAILED with AWS's reason, `TimeoutError`
 * AMAZON_TIMEOUT with the last state, and what `look` throws.
 */
export function waitFor<T>({ limit: given, polling, ...wait }: AmazonWait<T>): Promise<T> {
  const limit: WaitLimit =
    typeof given === 'number'
      ? {
          milliseconds: polling.limit ?? given,
          pointer: '/aws_polling',
          hint: 'aws_polling sets how long is waited',
        }
      : given;
  const { longestPause } = polling;
  return waitForAny({ ...wait, limit, longestPause, codes: AMAZON_CODES, isNotFound, unknownState: UNKNOWN_STATE });
}

const MINUTE = 60_000;

/**
 * Makes a call about what was made a moment ago: for a minute AWS may not know it yet. `id` is for calls that name other
 * things too, which are not waited for.
 */
export function onceKnown<T>(call: () => Promise<T>, signal: AbortSignal, id = ''): Promise<T> {
  const isUnknown = (error: unknown): boolean => isNotFound(error) && String(error).includes(id);
  return retryWhile(call, isUnknown, { signal, limit: MINUTE });
}
