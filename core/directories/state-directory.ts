import { join, resolve } from 'node:path';
import { homeDirectory } from './home-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

function firstSet(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}

/** KILN_STATE_DIR, or "kiln" in XDG_STATE_HOME (~/.local/state). Absolute. Throws `UsageError` HOME_UNKNOWN. */
export function stateDirectory(environment: Environment): string {
  const own = firstSet(environment, ['KILN_STATE_DIR']);
  if (own !== undefined) return resolve(own);
  const base = firstSet(environment, ['XDG_STATE_HOME']) ?? join(homeDirectory(environment), '.local', 'state');
  return resolve(base, 'kiln');
}

/** KILN_CACHE_DIR, PACKER_CACHE_DIR, or "kiln" in XDG_CACHE_HOME (~/.cache). Absolute. Throws `UsageError` HOME_UNKNOWN. */
export function cacheDirectory(environment: Environment): string {
  const own = firstSet(environment, ['KILN_CACHE_DIR', 'PACKER_CACHE_DIR']);
  if (own !== undefined) return resolve(own);
  return resolve(firstSet(environment, ['XDG_CACHE_HOME']) ?? join(homeDirectory(environment), '.cache'), 'kiln');
}

/** Where the runs' directories are. */
export function runsDirectory(state: string): string {
  return join(state, 'runs');
}

/** The journal in a run's directory. */
export function journalFile(runDirectory: string): string {
  return join(runDirectory, 'journal.jsonl');
}

/** Who runs what takes much of this machine; see `inSharedRoom`. */
export function roomLedger(state: string): string {
  return join(state, 'room.jsonl');
}
