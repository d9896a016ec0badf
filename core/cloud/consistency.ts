import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseContext } from '../contract/resource.ts';

/** For so long after a thing was made a provider may say that it is not there. Milliseconds. */
const CONSISTENCY_LIMIT = 15_000;
/** Between the looks for what may not be listed yet. Milliseconds. */
const PAUSES = [1500, 4000];
const LATER_PAUSE = 5000;

/**
 * How many milliseconds from now it is not to be believed that a thing is not there. `making` is how long its making may
 * have taken, where `madeAt` says when that began.
 */
export function doubtOf({ madeAt }: Pick<ReleaseContext, 'madeAt'>, making = 0): number {
  if (madeAt === undefined) return 0;
  return Math.min(CONSISTENCY_LIMIT, Math.max(0, madeAt + making + CONSISTENCY_LIMIT - Date.now()));
}

/** Looks three times, and on for `doubt` milliseconds, until something is found. */
export async function lookFor(
  look: () => Promise<readonly string[]>,
  doubt: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const doubtEnds = performance.now() + doubt;
  for (let looks = 0; ; looks += 1) {
    const found = await look();
    if (found.length > 0 || (looks >= PAUSES.length && performance.now() >= doubtEnds)) return found;
    await delay(PAUSES[looks] ?? LATER_PAUSE, undefined, { signal });
  }
}
