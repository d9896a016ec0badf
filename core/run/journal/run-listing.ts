import type { BuildProgress } from './build-progress.ts';
import type { OpenThing } from './journal-record.ts';

/** A run as its journal tells it. */
export interface RunListing {
  readonly runId: string;
  readonly directory: string;
  /** Absolute path, or "-". */
  readonly template: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** "dead": its process ended without a word (it crashed, was killed, the machine went down). */
  readonly state: 'running' | 'ended' | 'dead';
  /** Of an ended run. */
  readonly outcome: string | undefined;
  /** What was perhaps made and not given back, in the order in which it was made. */
  readonly open: readonly OpenThing[];
  /** How far its builds came, by their display names. */
  readonly progress: ReadonlyMap<string, BuildProgress>;
}
