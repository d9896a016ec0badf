import type { Load } from '../contract/component.ts';
import type { KilnEvent } from '../events/event.ts';
import type { JsonObject } from '../contract/json.ts';
import type { RunListing } from './journal/run-listing.ts';
import type { FindKind } from '../contract/resource.ts';
import type { OutstandingThing } from './report.ts';

/** What becomes of a failed build's things: see docs on `-on-error`. */
export type OnError = 'cleanup' | 'abort' | 'ask' | 'run-cleanup-provisioner' | 'keep';

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
  /** Pauses between two steps, and after the last provisioner (when there is `ask`); one build at a time. */
  readonly debug?: boolean;
  /** Asks the person at the terminal; resolves with the trimmed answer. Needed for `onError: 'ask'`. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Gives the person at the terminal a program of their own there, by its command line; resolves when it has ended. */
  readonly openShell?: (command: string, signal: AbortSignal) => Promise<void>;
  /** The run's command line; the journal keeps it unchanged for `kiln resume` (`readInvocation`). */
  readonly invocation?: JsonObject;
  /** The plugins that its components come with; kept unchanged beside the journal for `kiln gc` (`readPlugins`). */
  readonly plugins?: JsonObject | undefined;
  /** Goes on with this run instead of beginning one. */
  readonly resume?: ResumeOptions;
  /** Called once at the start with a function that tells what would be left behind if Kiln ended now. */
  readonly watchOutstanding?: (held: () => readonly OutstandingThing[]) => void;
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
