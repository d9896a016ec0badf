import type { Artifact } from '../../contract/artifact.ts';
import type { GuestAddress } from '../../contract/communicator.ts';
import { CancelledError, optionOf } from '../../errors/errors.ts';
import type { PlannedBuild } from '../../plan/plan.ts';
import type { BuildData } from '../../contract/build-run.ts';
import type { BuildProgress } from '../journal/build-progress.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Acquired } from '../../contract/resource.ts';
import type { RunContext } from '../run-context.ts';
import type { ProvisionerReport, StepReport } from '../report.ts';
import type { Disposition } from '../scope/scope-item.ts';

export interface AdoptedThing {
  readonly kind: string;
  readonly token: string;
  readonly acquired: Acquired<JsonValue, undefined>;
}

/** What one build gathers while it runs. */
export interface BuildState {
  readonly run: RunContext;
  readonly planned: PlannedBuild;
  /** Artifacts of the builds that it starts from, by their names, as `from` orders them. */
  readonly sources: ReadonlyMap<string, Artifact>;
  readonly steps: StepReport[];
  readonly provisioners: ProvisionerReport[];
  /** SHA-256 of the files that they read, in hex, by path. */
  readonly provisionerFiles: Map<string, string>;
  /** What the builder said of its guest, for post-processors. */
  data: BuildData;
  /** How far an earlier process came with it. */
  before: BuildProgress | undefined;
  /** What it had made and this one goes on with. */
  readonly adopted: AdoptedThing[];
  /** Whether another process could go on with the build. */
  resumable: boolean;
  /** Files that show what the guest did. */
  readonly files: Map<string, string>;
  /** How to get into the guest, once the builder is in. */
  guest: GuestAddress | undefined;
  /** What the user chose with `-on-error=ask`. */
  chosen: Disposition | undefined;
  /** The steps that failures came from, as people see them. */
  readonly failedSteps: WeakMap<object, string>;
  /** How many steps had run when -debug paused last. */
  pausedAfter: number;
  /** Failures that the user was asked about already. */
  readonly asked: WeakSet<object>;
  /** Pointers into the template of what failures came from; see `blame`. */
  readonly pointers: WeakMap<object, string>;
}

export function newBuildState(
  run: RunContext,
  planned: PlannedBuild,
  sources: ReadonlyMap<string, Artifact>,
): BuildState {
  return {
    run,
    planned,
    sources,
    steps: [],
    provisioners: [],
    provisionerFiles: new Map(),
    data: {},
    guest: undefined,
    files: new Map(),
    before: run.progress.get(planned.displayName),
    adopted: [],
    resumable: false,
    chosen: undefined,
    failedSteps: new WeakMap(),
    pausedAfter: 0,
    asked: new WeakSet(),
    pointers: new WeakMap(),
  };
}

/** What is to become of a build's things after it failed. A cancelled one is always cleaned up. */
export function dispositionAfterFailure({ run, chosen }: BuildState): Disposition {
  if (run.options.signal.aborted) return 'release';
  switch (run.onError) {
    case 'cleanup':
      return 'release';
    case 'abort':
    case 'run-cleanup-provisioner':
      return 'leave';
    case 'keep':
      return 'hold';
    case 'ask':
      return chosen ?? 'release';
  }
}

/** Whether a failure is the user's will, or comes of it. */
export function isCancellation({ run }: BuildState, error: unknown): boolean {
  return run.options.signal.aborted || error instanceof CancelledError;
}

/**
 * Notes which part of the template a failure belongs to: the option that it names, or the component as a whole. The first
 * note counts.
 */
export function blame(
  { pointers }: Pick<BuildState, 'pointers'>,
  error: unknown,
  { pointer, rebase }: Pick<PlannedBuild, 'pointer' | 'rebase'>,
): void {
  if (typeof error !== 'object' || error === null || pointers.has(error)) return;
  const own = optionOf(error);
  pointers.set(error, own === undefined ? pointer : rebase(own));
}

/** A failure, and whether it was a cancellation at the time: one during the clean-up changes nothing. */
export interface Problem {
  readonly error: unknown;
  readonly cancelled: boolean;
}

export function problemOf(state: BuildState, error: unknown): Problem {
  return { error, cancelled: isCancellation(state, error) };
}
