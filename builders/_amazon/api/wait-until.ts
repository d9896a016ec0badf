import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import type { AmazonWork } from '../amazon-build.ts';
import { waitFor } from './wait.ts';

export const TEN_MINUTES: number = 10 * 60_000;
export const TWELVE_HOURS: number = 12 * 60 * 60_000;

interface Goal<T> {
  /** "the AMI ami-1 in eu-west-1" */
  readonly thing: string;
  /** "available" */
  readonly wanted: string;
  /** Milliseconds. */
  readonly limit: number;
  /** How the thing stands; undefined when AWS does not know it yet. */
  readonly look: () => Promise<PollResult<T> | undefined>;
  /** Default: -debug shows the states. */
  readonly onState?: (said: string) => void;
}

/**
 * Waits for a thing that the build makes. Throws `StepError` AMAZON_FAILED with AWS's reason, `TimeoutError`
 * AMAZON_TIMEOUT.
 */
export function waitUntil<T>(goal: Goal<T>, { build, polling }: Pick<AmazonWork, 'build' | 'polling'>): Promise<T> {
  const { thing, wanted, limit, look, onState = (said: string) => build.debug(said) } = goal;
  return waitFor({
    what: `${thing} to be ${wanted}`,
    limit,
    polling,
    signal: build.signal,
    onState: (state) => onState(`${thing} is ${state}`),
    waiting: build.waiting,
    look,
  });
}
