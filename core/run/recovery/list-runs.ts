import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import { progressOf } from '../journal/build-progress.ts';
import { openThings, parseJournal, type JournalRecord } from '../journal/journal-record.ts';
import { isOwnerAlive, type RunOwner } from '../../locks/owner.ts';
import { reasonOf } from '../scope/scope-item.ts';
import { journalFile, runsDirectory } from '../../directories/state-directory.ts';
import { checkStateDirectory, readTrusted } from '../../directories/trust.ts';
import type { RunListing } from '../journal/run-listing.ts';

const UNBEGUN = '.new-';
const UNBEGUN_MILLISECONDS = 60 * 60_000;

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (isNotFound(error)) return [];
    throw error;
  });
}

type Ended = Extract<JournalRecord, { record: 'ended' }>;

/** The processes that the run belongs to since it last ended: more than one when several try to go on with it. */
export function ownersIn(records: readonly JournalRecord[]): readonly RunOwner[] {
  const last = records.findLastIndex(({ record }) => record === 'ended');
  return records
    .slice(last + 1)
    .filter((record) => record.record === 'run' || record.record === 'claimed')
    .map(({ owner }) => owner);
}

async function isAnyAlive(owners: readonly RunOwner[], directory: string): Promise<boolean> {
  const alive = await Promise.all(owners.map((owner) => isOwnerAlive(owner, directory)));
  return alive.includes(true);
}

/** The run in a directory; undefined when there is none. Throws `UsageError` STATE_NOT_TRUSTED. */
export async function listingOf(directory: string): Promise<RunListing | undefined> {
  const text = await readTrusted(journalFile(directory)).catch((error: unknown) => {
    // Another gc may have removed it meanwhile.
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const records = parseJournal(text);
  const [first] = records;
  if (first?.record !== 'run') return undefined;
  const { runId, template, started } = first;
  const owners = ownersIn(records);
  const state = owners.length === 0 ? 'ended' : (await isAnyAlive(owners, directory)) ? 'running' : 'dead';
  const ended = records.findLast((record): record is Ended => record.record === 'ended');
  const outcome = state === 'ended' ? ended?.outcome : undefined;
  return {
    runId,
    directory,
    template,
    started,
    state,
    outcome,
    open: openThings(records),
    progress: progressOf(records),
  };
}

/**
 * All runs that the state directory knows, oldest first. Those that somebody else could have written are told to
 * `onRefused` and left out. Throws `UsageError` STATE_NO_DIRECTORY or STATE_NOT_TRUSTED, and the system's error when the directory cannot be read.
 */
export async function listRuns(
  state: string,
  onRefused: (name: string, reason: string) => void = () => undefined,
): Promise<readonly RunListing[]> {
  checkStateDirectory(state);
  const runs = runsDirectory(state);
  const names = (await namesIn(runs)).filter((name) => !name.startsWith(UNBEGUN));
  const listings = await Promise.all(
    names.map((name) =>
      listingOf(join(runs, name)).catch((error: unknown) => {
        onRefused(name, reasonOf(error));
        return undefined;
      }),
    ),
  );
  return listings.filter((listing) => listing !== undefined).sort((a, b) => a.started - b.started);
}

/** Removes what runs left that died before their journal was begun; they had made nothing. */
export async function removeUnbegunRuns(state: string): Promise<void> {
  const runs = runsDirectory(state);
  for (const name of (await namesIn(runs)).filter((each) => each.startsWith(UNBEGUN))) {
    const path = join(runs, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > UNBEGUN_MILLISECONDS) await rm(path, { recursive: true, force: true });
  }
}

/**
 * The run with this id, or the only one whose id begins so (with 4 letters at least). Throws `UsageError` RUN_UNKNOWN
 * or RUN_AMBIGUOUS.
 */
export function runNamed(runs: readonly RunListing[], given: string): RunListing {
  const found = runs.filter(({ runId }) => runId === given || (given.length >= 4 && runId.startsWith(given)));
  const [first] = found;
  const hint = '"kiln runs" lists them';
  if (first === undefined) throw new UsageError(`there is no run ${given}`, { code: 'RUN_UNKNOWN', hint });
  if (found.length === 1) return first;
  throw new UsageError(`the ids of ${found.length} runs begin with ${given}`, { code: 'RUN_AMBIGUOUS', hint });
}
