import type { Acquired, ResourceKind } from '../../../core/contract/resource.ts';
import type { BuildRun, Ui } from '../../../core/contract/build-run.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import type { StagedOutput } from '../../../core/run/output/staged-output.ts';
import { newId } from '../../../core/text/new-id.ts';
import { toldErrors, type ToldErrors } from '../protocol/wire-error.ts';

/** Something that the plugin does between two of its calls. */
export interface Open<T> {
  done(value: T): void;
  failed(error: Error): void;
}

/** A thing that is being made: its id is waited for, then the journal. */
export interface Making extends Open<JsonValue> {
  /** Resolves when it is in the journal, or is given back because it could not be made. */
  over(): Promise<unknown>;
}

/** What a running component of a plugin may use of Kiln. */
export interface RunCallOptions {
  readonly ui: Ui;
  readonly signal: AbortSignal;
  readonly acquire: BuildRun['acquire'];
  readonly temporaryDirectory: () => Promise<string>;
  readonly ask: BuildRun['ask'];
  readonly force: boolean;
  readonly config: JsonObject;
  /** Kinds of things that the component may make, by their names in the manifest. */
  readonly kinds: ReadonlyMap<string, ResourceKind<JsonValue>>;
  /** What an output must not replace. */
  readonly inputs: readonly string[];
  /** Provisioners only. */
  readonly communicator?: Communicator;
  /** Builders only. */
  readonly build?: BuildRun;
}

/** A component of a plugin while it runs: what its calls back into Kiln are about. */
export interface RunCall extends RunCallOptions {
  /** How the plugin names it. */
  readonly handle: string;
  readonly told: ToldErrors;
  readonly making: Map<string, Making>;
  readonly things: Map<string, Acquired<JsonValue, unknown>>;
  readonly steps: Map<number, Open<void>>;
  readonly stages: Map<number, { readonly output: StagedOutput; readonly path: string }>;
  /** Numbers for steps and stages. */
  next(): number;
  /** Ends what is open in it with an error. */
  fail(error: Error): void;
  /** Nothing more may be asked of it. */
  close(): void;
}

/** Opens a run's calls. `signal` of the result aborts, too, when the run is over. */
export function openRunCall(options: RunCallOptions): RunCall {
  const over = new AbortController();
  const making: RunCall['making'] = new Map();
  const steps: RunCall['steps'] = new Map();
  let counted = 0;
  const fail = (error: Error): void => {
    for (const open of [...making.values(), ...steps.values()]) open.failed(error);
    making.clear();
    steps.clear();
  };
  return {
    ...options,
    signal: AbortSignal.any([options.signal, over.signal]),
    handle: newId(),
    told: toldErrors(),
    making,
    things: new Map(),
    steps,
    stages: new Map(),
    next: () => (counted += 1),
    fail,
    close: () => {
      fail(new Error('the plugin was through before it had said how this went'));
      over.abort();
    },
  };
}
