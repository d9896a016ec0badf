import { endProgramsOf } from '../process/run-mark.ts';
import { openJournal, type Journal } from './journal.ts';
import type { OpenThing } from './journal-record.ts';
import { listRuns, removeUnbegunRuns, type RunListing } from './list-runs.ts';
import { forgetOldRuns, markClean } from './old-runs.ts';
import { releaseThing } from './release.ts';
import type { FindKind } from './resource-kinds.ts';
import type { LeftBehind } from './run-options.ts';
import { reasonOf } from './scope-item.ts';

const RELEASE_MILLISECONDS = 5 * 60_000;

export interface GarbageOptions {
  readonly stateDirectory: string;
  readonly findKind: FindKind;
  /** Stops between two things. */
  readonly signal: AbortSignal;
  /** Only this run. */
  readonly runId?: string;
  /** Also what `-on-error=keep` has kept. */
  readonly includeHeld?: boolean;
  /** Only tells what would be given back. */
  readonly dryRun?: boolean;
  /** Milliseconds that giving one thing back may take; default 5 minutes. */
  readonly releaseTimeout?: number;
  readonly say: (text: string) => void;
}

export interface CollectedThing {
  readonly runId: string;
  readonly build: string;
  readonly what: string;
}

export interface GarbageReport {
  /** What was given back (with `dryRun`: would be). That it had existed is not certain. */
  readonly collected: readonly CollectedThing[];
  readonly leftBehind: readonly (LeftBehind & { readonly runId: string })[];
  /** Ids of runs that were not touched because they are running. */
  readonly running: readonly string[];
}

async function release(thing: OpenThing, options: GarbageOptions): Promise<string | undefined> {
  try {
    const kind = await options.findKind(thing.kind);
    if (kind === undefined) return `nothing here knows how to give back "${thing.kind}"`;
    await releaseThing(kind, thing, { timeout: options.releaseTimeout ?? RELEASE_MILLISECONDS, say: options.say });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

interface Collection {
  readonly collected: CollectedThing[];
  readonly leftBehind: (LeftBehind & { readonly runId: string })[];
}

async function endPrograms(runId: string, { collected, leftBehind }: Collection): Promise<void> {
  try {
    collected.push(...(await endProgramsOf(runId)).map((what) => ({ runId, build: '', what })));
  } catch (error) {
    leftBehind.push({ runId, build: '', what: 'a program of the run', reason: reasonOf(error) });
  }
}

async function collectRun(run: RunListing, options: GarbageOptions, into: Collection): Promise<void> {
  const { runId, directory, open } = run;
  const things = open.filter(({ held }) => !held || options.includeHeld === true).toReversed();
  if (options.dryRun === true) {
    into.collected.push(...things.map(({ build, describe }) => ({ runId, build, what: describe })));
    return;
  }
  const journal: Journal = await openJournal(directory);
  try {
    let left = open.length;
    // First of all: a program that still runs would go on making what is removed below.
    if (run.state === 'dead' && things.length === open.length) await endPrograms(runId, into);
    for (const thing of things) {
      if (options.signal.aborted) return;
      const about = { runId, build: thing.build, what: thing.describe };
      const reason = await release(thing, options);
      if (reason !== undefined) {
        into.leftBehind.push({ ...about, reason });
        continue;
      }
      left -= 1;
      into.collected.push(about);
      // Without this record it would be looked for again, and not found.
      await journal
        .write({ record: 'released', token: thing.token })
        .catch((error: unknown) => options.say(reasonOf(error)));
    }
    if (left > 0) return;
    if (run.state === 'dead') await journal.write({ record: 'ended', outcome: 'dead' });
    await markClean(directory);
  } catch (error) {
    options.say(reasonOf(error));
  } finally {
    await journal.close();
  }
}

/**
 * Gives back what runs that are over, or whose process died, have left, last made first. Runs that still run are not
 * touched; two collections at once do not hurt each other. What cannot be given back is in the report and tried again
 * the next time. Throws the system's error when the state directory cannot be read.
 */
export async function collectGarbage(options: GarbageOptions): Promise<GarbageReport> {
  const { stateDirectory, runId, signal } = options;
  const runs = (await listRuns(stateDirectory)).filter((run) => runId === undefined || run.runId === runId);
  const into: Collection = { collected: [], leftBehind: [] };
  for (const run of runs) {
    if (signal.aborted) break;
    if (run.state === 'running' || (run.state === 'ended' && run.open.length === 0)) continue;
    await collectRun(run, options, into);
  }
  if (options.dryRun !== true) {
    await removeUnbegunRuns(stateDirectory);
    await forgetOldRuns(stateDirectory).catch(() => undefined);
  }
  return { ...into, running: runs.filter(({ state }) => state === 'running').map((run) => run.runId) };
}
