import type { Artifact } from '../contract/artifact.ts';
import type { FailureReport, Outcome, ProvisionerStep } from '../events/event.ts';

/** Something that a run has made and that is not given back (yet). */
export interface OutstandingThing {
  /** Display name of the build that made it; undefined when it is the run's own. */
  readonly build?: string | undefined;
  readonly what: string;
}

/** `index`, `of` and `label` are a provisioner's: see `ProvisionerStep`. */
export interface StepReport extends Partial<ProvisionerStep> {
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
export interface LeftBehind extends OutstandingThing {
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
