import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseContext } from '../../../plugins/sdk/index.ts';
import type { Cloud } from './cloud.ts';
import { isNotFound, wasRepeated } from './failure.ts';
import { whileUnsettled } from './wait.ts';

/** For so long after a thing was made AWS may say that it is not there. Milliseconds. */
const DOUBT = 15_000;
/** Between the looks for what may not be listed yet. Milliseconds. */
const PAUSES = [1500, 4000];
const LATER_PAUSE = 5000;

/**
 * How long from now it is not believed that a thing is not there. `making` is how long its making may have taken, where
 * `madeAt` says when that began. Milliseconds.
 */
export function doubtOf({ madeAt }: Pick<ReleaseContext, 'madeAt'>, making = 0): number {
  if (madeAt === undefined) return 0;
  return Math.min(DOUBT, Math.max(0, madeAt + making + DOUBT - Date.now()));
}

/** Not when the call was repeated: the first attempt, whose reply was lost, may have removed it. */
function isDoubtful(error: unknown): boolean {
  return isNotFound(error) && !wasRepeated(error);
}

/** The same cloud, which asks again when AWS says of what was made a moment ago that it is not there. */
export function doubtful(cloud: Cloud, context: ReleaseContext): Cloud {
  const settled = <T>(call: () => Promise<T>): Promise<T> =>
    whileUnsettled(call, isDoubtful, { signal: context.signal, limit: doubtOf(context) });
  return {
    ...cloud,
    ec2: (name, input) => settled(() => cloud.ec2(name, input)),
    iam: (name, input) => settled(() => cloud.iam(name, input)),
  };
}

/** Looks three times, and on while there is doubt, until something is found. */
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
