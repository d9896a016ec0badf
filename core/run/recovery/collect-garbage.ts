import { KilnError } from '../../errors/errors.ts';
import { endProgramsOf } from '../../process/run-mark.ts';
import { openJournal, type Journal } from '../journal/journal.ts';
import type { OpenThing } from '../journal/journal-record.ts';
import { listingOf, listRuns, removeUnbegunRuns } from './list-runs.ts';
import { type RunListing } from '../journal/run-listing.ts';
import { forgetOldRuns, markClean } from './old-runs.ts';
import type { JsonValue } from '../../contract/json.ts';
import { releaseThing, withDeadline } from '../scope/release.ts';
import type { ResourceKind, FindKind } from '../../contract/resource.ts';
import type { LeftBehind } from '../report.ts';
import { reasonOf } from '../scope/scope-item.ts';

const RELEASE_MILLISECONDS = 5 * 60_000;
const LOOK_MILLISECONDS = 30_000;

export interface GarbageOptions {
  readonly stateDirectory: string;
  /** Finds the kinds of what a run has: its components may have come with plugins of their own. */
  readonly findKinds: (run: RunListing) => Promise<FindKind>;
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
  /** Undefined when it was the run's own. */
  readonly build?: string | undefined;
  readonly what: string;
}

export interface UncollectedThing extends LeftBehind {
  readonly runId: string;
  /** With which a person may remove it. */
  readonly command?: string;
}

export interface GarbageReport {
  /** What was given back (with `dryRun`: would be). That it had existed is not certain. */
  readonly collected: readonly CollectedThing[];
  readonly leftBehind: readonly UncollectedThing[];
  /** Ids of runs that were not touched because they are running. */
  readonly running: readonly string[];
}

/** Why a thing could not be given back, and how a person can. */
interface Refusal {
  readonly reason: string;
  readonly command?: string;
}

async function commandByHand(
  kind: ResourceKind<JsonValue>,
  thing: OpenThing,
  options: GarbageOptions,
): Promise<string> {
  const { id, token, locator, madeAt } = thing;
  const look = (signal: AbortSignal): Promise<readonly JsonValue[]> =>
    id === undefined ? kind.find(token, locator, { signal, madeAt, say: options.say }) : Promise.resolve([id]);
  const ids = await withDeadline(LOOK_MILLISECONDS, look).catch(() => []);
  const commands = ids.map((each) => kind.manualCommand?.(each, locator)).filter((command) => command !== undefined);
  return commands.join('; ');
}

async function release(thing: OpenThing, run: RunListing, options: GarbageOptions): Promise<Refusal | undefined> {
  let kind: ResourceKind<JsonValue> | undefined;
  try {
    kind = await (await options.findKinds(run))(thing.kind);
  } catch (error) {
    return { reason: reasonOf(error) };
  }
  if (kind === undefined) return { reason: `nothing here knows how to give back "${thing.kind}"` };
  try {
    await releaseThing(kind, thing, { timeout: options.releaseTimeout ?? RELEASE_MILLISECONDS, say: options.say });
    return undefined;
  } catch (error) {
    // A command to copy would do what Kiln refuses.
    const refused = error instanceof KilnError && error.code === 'NOT_OURS';
    const command = refused ? '' : await commandByHand(kind, thing, options);
    return { reason: reasonOf(error), ...(command === '' ? {} : { command }) };
  }
}

interface Collection {
  readonly collected: CollectedThing[];
  readonly leftBehind: UncollectedThing[];
}

async function endPrograms(runId: string, { collected, leftBehind }: Collection): Promise<void> {
  try {
    collected.push(...(await endProgramsOf(runId)).map((what) => ({ runId, what })));
  } catch (error) {
    leftBehind.push({ runId, what: 'a program of the run', reason: reasonOf(error) });
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
    // Someone may have gone on with it meanwhile.
    if ((await listingOf(directory))?.state === 'running') return;
    let left = open.length;
    const undone = new Set<string>();
    // First of all: a program that still runs would go on making what is removed below.
    if (run.state === 'dead' && things.length === open.length) await endPrograms(runId, into);
    for (const thing of things) {
      if (options.signal.aborted) return;
      const about = { runId, build: thing.build, what: thing.describe };
      const refusal = await release(thing, run, options);
      if (refusal !== undefined) {
        into.leftBehind.push({ ...about, ...refusal });
        continue;
      }
      left -= 1;
      if (thing.build !== undefined) undone.add(thing.build);
      into.collected.push(about);
      // Without this record it would be looked for again, and not found.
      await journal
        .write({ record: 'released', token: thing.token })
        .catch((error: unknown) => options.say(reasonOf(error)));
    }
    for (const build of undone) await journal.write({ record: 'undone', build });
    if (left > 0) return;
    if (run.state === 'dead') await journal.write({ record: 'ended', outcome: 'dead' });
    markClean(directory);
  } catch (error) {
    options.say(reasonOf(error));
  } finally {
    await journal.close();
  }
}

/**
 * Gives back what runs that are over, or whose process died, have left, last made first. Runs that still run are not
 * touched; two collections at once do not hurt each other. What cannot be given back is in the report and tried again
 * the next time. Throws what `listRuns` throws, and the system's error when the state directory cannot be read.
 */
export async function collectGarbage(options: GarbageOptions): Promise<GarbageReport> {
  const { stateDirectory, runId, signal } = options;
  const into: Collection = { collected: [], leftBehind: [] };
  const all = await listRuns(stateDirectory, (name, reason) => {
    if (runId === undefined || runId === name) {
      into.leftBehind.push({ runId: name, what: `what the run ${name} holds`, reason });
    }
  });
  const runs = all.filter((run) => runId === undefined || run.runId === runId);
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
