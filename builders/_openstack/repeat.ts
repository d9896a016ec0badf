import { retryWhile } from '../../plugins/sdk/cloud.ts';
import { mayHaveHappened } from './api/failure.ts';

/** Milliseconds. */
const LIMIT = 2 * 60_000;

/** Makes a call again while its answer is lost. For what does no harm when it is done twice. Throws what `work` throws. */
export function repeatWhileLost<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return retryWhile(work, mayHaveHappened, { signal, limit: LIMIT });
}
