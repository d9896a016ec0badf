import type { Artifact } from '../artifacts/artifact.ts';
import { throwIfCancelled } from '../errors/cancelled.ts';
import type { FailureReport, Outcome } from '../events/event.ts';
import { describeFailure } from '../events/failure.ts';
import { maskedFailure } from '../events/masked-event.ts';
import type { PlannedBuild } from '../plan/plan.ts';
import { artifactFates, type MadeArtifact } from './artifact-fates.ts';
import { dispositionAfterFailure, newBuildState, problemOf, type BuildState, type Problem } from './build-state.ts';
import { discardArtifacts } from './discard-artifact.ts';
import { makeBuildRun } from './make-build-run.ts';
import { postProcess } from './post-process.ts';
import type { RunContext } from './run-context.ts';
import type { BuildReport } from './run-options.ts';
import type { Scope } from './scope.ts';
import type { Disposition } from './scope-item.ts';
import { askAboutFailure, pauseInDebug } from './step.ts';
import { voiceOf } from './voice.ts';

export interface BuildResult {
  readonly report: BuildReport;
  /** The builder's own artifact, for builds that start from it. */
  readonly artifact: Artifact | undefined;
  /** What was done with the things of a build that failed; "release" otherwise. */
  readonly disposition: Disposition;
  /** Removes artifacts that are not part of the result, once no other build needs them. Never throws. */
  readonly discard: () => Promise<void>;
}

function scopeOf({ run, planned }: BuildState): Scope {
  const voice = voiceOf(run, planned);
  return run.scope.child({
    build: planned.displayName,
    say: (text) => voice.say(text),
    warn: (text) => voice.warn(text),
  });
}

const leftReasons: Readonly<Record<Disposition, string>> = {
  release: '',
  leave: 'left where it is, as -on-error says',
  hold: 'kept to be looked at, as -on-error=keep says',
};

async function closeAfterFailure(state: BuildState, scope: Scope, error: unknown): Promise<Disposition> {
  await askAboutFailure(state, { what: 'the build', error, retry: false, signal: scope.signal });
  const disposition = dispositionAfterFailure(state);
  if (scope.held().length > 0) await pauseInDebug(state, 'before the clean-up', scope.signal);
  await scope.close(disposition, leftReasons[disposition]);
  return disposition;
}

/** What failed, for the report: of several failures the first one, with the others' messages. */
function failureOf(state: BuildState, problems: readonly Problem[]): FailureReport | undefined {
  const { run, planned } = state;
  const failures = problems
    .filter(({ cancelled }) => !cancelled)
    .map(({ error }) => {
      const pointer =
        (typeof error === 'object' && error !== null ? state.pointers.get(error) : undefined) ?? planned.pointer;
      return describeFailure(error, (place) => run.plan.locate(place), pointer);
    });
  const [first, ...others] = failures;
  if (first === undefined) return undefined;
  const message = [first.message, ...others.map((other) => other.message)].join('; ');
  return maskedFailure({ ...first, message }, run.mask);
}

function outcomeOf(problems: readonly Problem[]): Outcome {
  if (problems.length === 0) return 'succeeded';
  return problems.every(({ cancelled }) => cancelled) ? 'cancelled' : 'failed';
}

interface Ran {
  readonly artifacts: readonly Artifact[];
  readonly artifact: Artifact | undefined;
  readonly problems: readonly Problem[];
  readonly disposition: Disposition;
  readonly discard: () => Promise<void>;
}

function nothingToDiscard(): Promise<void> {
  return Promise.resolve();
}

async function runPostProcessors(state: BuildState, original: MadeArtifact): Promise<Ran> {
  const { run, planned } = state;
  const { artifact } = original;
  try {
    throwIfCancelled(run.options.signal);
  } catch (error) {
    return {
      artifacts: [artifact],
      artifact,
      problems: [problemOf(state, error)],
      disposition: 'release',
      discard: nothingToDiscard,
    };
  }
  const scope = scopeOf(state);
  const { sequences, problems } = await postProcess(state, scope, original);
  const disposition = problems.length === 0 ? 'release' : dispositionAfterFailure(state);
  await scope.close(disposition, leftReasons[disposition]);
  const { kept, discarded } = artifactFates(original, sequences);
  const discard = (): Promise<void> => discardArtifacts(run, planned.displayName, discarded, kept);
  return { artifacts: kept, artifact, problems, disposition, discard };
}

async function runAll(state: BuildState, source: Artifact | undefined): Promise<Ran> {
  const { run, planned } = state;
  const scope = scopeOf(state);
  let artifact: Artifact;
  try {
    throwIfCancelled(scope.signal);
    artifact = await planned.builder.run(planned.config, makeBuildRun(state, scope, source));
  } catch (error) {
    const problems = [problemOf(state, error)];
    const disposition = await closeAfterFailure(state, scope, error);
    return { artifacts: [], artifact: undefined, problems, disposition, discard: nothingToDiscard };
  }
  await scope.close('release', '');
  run.emit({ type: 'artifact', build: planned.displayName, artifact, component: planned.type });
  return runPostProcessors(state, { artifact, maker: planned.builder });
}

/** Runs one build from its builder to its last post-processor. Never throws: what failed is in the report. */
export async function runBuild(
  run: RunContext,
  planned: PlannedBuild,
  source: Artifact | undefined,
): Promise<BuildResult> {
  const state = newBuildState(run, planned);
  const { name, type, displayName } = planned;
  const started = performance.now();
  run.emit({ type: 'build-started', build: displayName });
  const { artifacts, artifact, problems, disposition, discard } = await runAll(state, source);
  const outcome = outcomeOf(problems);
  const failure = failureOf(state, problems);
  const milliseconds = performance.now() - started;
  const failed = failure === undefined ? {} : { failure };
  run.emit({ type: 'build-finished', build: displayName, outcome, milliseconds, artifacts, ...failed });
  const { steps, provisioners } = state;
  const report = { name, type, displayName, outcome, milliseconds, artifacts, ...failed, steps, provisioners };
  return { report, artifact, disposition, discard };
}
