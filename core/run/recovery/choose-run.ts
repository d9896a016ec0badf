import { join } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import { readTrusted } from '../../directories/trust.ts';
import type { RunListing } from '../journal/run-listing.ts';
import type { RunReport } from '../report.ts';

/** Whether `kiln resume` has something to go on with: a stage that was reached, or an image that was made. */
export function isResumable({ state, outcome, progress }: RunListing): boolean {
  if (state === 'running' || outcome === 'succeeded') return false;
  return [...progress.values()].some(
    ({ finished, checkpoint, made }) => !finished && (checkpoint !== undefined || made !== undefined),
  );
}

/** The latest run that fits. Throws `UsageError` RUN_UNKNOWN; `wanted` completes "there is no run …". */
export function latestRun(runs: readonly RunListing[], fits: (run: RunListing) => boolean, wanted: string): RunListing {
  const found = runs.findLast(fits);
  if (found !== undefined) return found;
  throw new UsageError(`there is no run ${wanted}`, { code: 'RUN_UNKNOWN', hint: '"kiln runs" lists them' });
}

/** The report of a run; undefined when it has none (yet). */
export async function reportOf({ directory }: RunListing): Promise<RunReport | undefined> {
  try {
    return JSON.parse(await readTrusted(join(directory, 'report.json'))) as RunReport;
  } catch {
    // It runs, it died, or its disk was full.
    return undefined;
  }
}
