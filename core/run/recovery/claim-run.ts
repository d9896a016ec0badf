import { UsageError } from '../../errors/errors.ts';
import { progressOf, type BuildProgress } from '../journal/build-progress.ts';
import { openJournal, readJournal, type Journal } from '../journal/journal.ts';
import { openThings, type OpenThing } from '../journal/journal-record.ts';
import { ownersIn } from './list-runs.ts';
import { type RunListing } from '../journal/run-listing.ts';
import { isOwnerAlive, type RunOwner } from '../../locks/owner.ts';

/** A run that this process goes on with. */
export interface ClaimedRun {
  readonly journal: Journal;
  /** What it has. */
  readonly open: readonly OpenThing[];
  readonly progress: ReadonlyMap<string, BuildProgress>;
}

function running(runId: string): UsageError {
  return new UsageError(`the run ${runId} is still at work`, { code: 'RUN_RUNNING' });
}

/**
 * Makes this process the one that the run belongs to. Throws `UsageError` RUN_RUNNING when another one has it, and
 * `StepError` JOURNAL_FAILED.
 */
export async function claimRun({ runId, directory, state }: RunListing, owner: RunOwner): Promise<ClaimedRun> {
  if (state === 'running') throw running(runId);
  const journal = await openJournal(directory);
  try {
    await journal.writeDurably({ record: 'claimed', owner });
    const records = await readJournal(directory);
    // Of two that claim it at once at least one sees the other's record.
    for (const other of ownersIn(records)) {
      const own = other.pid === owner.pid && other.started === owner.started;
      if (!own && (await isOwnerAlive(other, directory))) throw running(runId);
    }
    return { journal, open: openThings(records), progress: progressOf(records) };
  } catch (error) {
    await journal.close();
    throw error;
  }
}
