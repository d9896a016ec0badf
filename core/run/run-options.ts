import type { Artifact } from '../contract/artifact.ts';
import type { Load } from '../contract/component.ts';
import type { FailureReport, KilnEvent, Outcome } from '../events/event.ts';
import type { JsonObject } from '../contract/json.ts';
import type { RunListing } from './list-runs.ts';
import type { FindKind } from './resource-kinds.ts';

/** What becomes of a failed build's things: see docs on `-on-error`. */
export type OnError = 'cleanup' | 'abort' | 'ask' | 'run-cleanup-provisioner' | 'keep';

/** Something that a build has made and that is not given back (yet). */
export interface HeldThing {
  /** Display name of the build; empty for what belongs to the run as a whole. */
  readonly build: string;
  readonly what: string;
}

export interface RunOptions {
  /** Cancels the run: what was made is given back, then the report comes. */
  readonly signal: AbortSignal;
  /** Gets every event, secrets removed. What it throws is ignored. */
  readonly emit: (event: KilnEvent) => void;
  /** Kiln's version, part of the provisioners' identities. */
  readonly version: string;
  /** Where journals are; made if missing. See `stateDirectory`. */
  readonly stateDirectory: string;
  /** Where downloads are kept between runs; made when something is put there. See `cacheDirectory`. */
  readonly cacheDirectory: string;
  /** Default "cleanup". */
  readonly onError?: OnError;
  /** How many builds run at once; 0, the default: all. */
  readonly parallelBuilds?: number;
  /**
   * What builds that have a load may take of this machine together; default: nine tenths of the memory that is free, and
   * twice as many processors as there are. */
  readonly room?: Load;
  readonly force?: boolean;
  /** Pauses after each step and before each provisioner (when there is `ask`); one build at a time. */
  readonly debug?: boolean;
  /** Asks the person at the terminal; resolves with the trimmed answer. Needed for `onError: 'ask'`. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** How the run was called for, for whoever goes on with it (`readInvocation`); written down without change. */
  readonly invocation?: JsonObject;
  /** Goes on with this run instead of beginning one. */
  readonly resume?: ResumeOptions;
  /** Called once at the start with a function that tells what would be left behind if Kiln ended now. */
  readonly watchHeld?: (held: () => readonly HeldThing[]) => void;
  /** Milliseconds that giving one thing back may take; default 5 minutes. */
  readonly releaseTimeout?: number;
}

export interface ResumeOptions {
  readonly run: RunListing;
  /** Finds the kinds of what it has. */
  readonly findKind: FindKind;
  /** Runs post-processors that have finished, too. */
  readonly postProcessAgain: boolean;
}

export interface StepReport {
  readonly step: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

export interface ProvisionerReport {
  readonly type: string;
  /** Hash of the previous provisioner's identity, the options and the contents of the files it reads. */
  readonly identity: string;
}

export interface BuildReport {
  readonly name: string;
  readonly type: string;
  readonly displayName: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  /** What is there after the run; of a failed build too (its post-processors failed). */
  readonly artifacts: readonly Artifact[];
  readonly failure?: FailureReport;
  readonly steps: readonly StepReport[];
  readonly provisioners: readonly ProvisionerReport[];
}

/** A thing that could not be given back, or was left on purpose (`-on-error`). */
export interface LeftBehind extends HeldThing {
  readonly reason: string;
}

export interface RunReport {
  readonly runId: string;
  /** Absolute path, or "-". */
  readonly template: string;
  readonly outcome: Outcome;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly milliseconds: number;
  /** In the order of the plan. */
  readonly builds: readonly BuildReport[];
  readonly leftBehind: readonly LeftBehind[];
}
