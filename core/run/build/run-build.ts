import type { Artifact } from '../../contract/artifact.ts';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import type { EventBody, FailureReport, Outcome } from '../../events/event.ts';
import { describeFailure } from '../../events/failure.ts';
import type { PlannedBuild } from '../../plan/plan.ts';
import { artifactFates, type MadeArtifact } from './artifact-fates.ts';
import { buildDataFrom } from './build-data.ts';
import {
  blame,
  dispositionAfterFailure,
  newBuildState,
  problemOf,
  type BuildState,
  type Problem,
} from './build-state.ts';
import { discardArtifacts } from './discard-artifact.ts';
import { loginCommand } from './login-command.ts';
import { makeBuildRun } from './make-build-run.ts';
import { postProcess } from './post-process.ts';
import type { RunContext } from '../run-context.ts';
import type { BuildReport } from '../report.ts';
import type { Scope } from '../scope/scope.ts';
import type { Disposition } from '../scope/scope-item.ts';
import { askAboutFailure } from './ask-at-failure.ts';
import { pauseInDebug } from './debug-pause.ts';
import { shortId } from '../../text/short-id.ts';
import { uiOf } from './ui.ts';

type WaysOn = Pick<Extract<EventBody, { readonly type: 'build-finished' }>, 'login' | 'resumable'>;

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
  const ui = uiOf(run, planned);
  return run.scope.child({
    build: planned.displayName,
    say: (text) => ui.say(text),
    warn: (text) => ui.warn(text),
  });
}

const leftReasons: Readonly<Record<Disposition, string>> = {
  release: '',
  leave: 'left where it is, as -on-error says',
  hold: 'kept to be looked at, as -on-error=keep says',
};

async function closeAfterFailure(state: BuildState, scope: Scope, error: unknown): Promise<Disposition> {
  await askAboutFailure(state, { what: 'the build', error, retry: false, skip: false, signal: scope.signal });
  const disposition = dispositionAfterFailure(state);
  if (scope.outstanding().length > 0) await pauseInDebug(state, 'before the clean-up', scope.signal);
  await scope.close(disposition, leftReasons[disposition]);
  if (disposition === 'release') await noteUndone(state);
  else sayHowToGoOn(state);
  return disposition;
}

async function noteUndone({ run, planned, resumable, before }: BuildState): Promise<void> {
  if (!resumable && before === undefined) return;
  await run.journal.write({ record: 'undone', build: planned.displayName }).catch(() => undefined);
}

function sayHowToGoOn({ run, planned, resumable, guest }: BuildState): void {
  const ui = uiOf(run, planned);
  if (!resumable) return;
  if (guest !== undefined) ui.say(`To get into the machine: ${loginCommand(guest)}`);
  ui.say(`To go on with the build: kiln resume ${shortId(run.runId)}`);
}

/** How people get on with a build that failed. */
function waysOn({ guest, resumable, before }: BuildState, disposition: Disposition): WaysOn {
  const isThere = guest !== undefined && disposition !== 'release' && before?.made === undefined;
  return {
    ...(isThere ? { login: loginCommand(guest) } : {}),
    ...(resumable && disposition !== 'release' ? { resumable: true } : {}),
  };
}

/** What failed, for the report. */
function failureOf(state: BuildState, problems: readonly Problem[]): FailureReport | undefined {
  const { run, planned } = state;
  const failures = problems
    .filter(({ cancelled }) => !cancelled)
    .map(({ error }) => {
      blame(state, error, planned);
      const known = typeof error === 'object' && error !== null ? error : undefined;
      const pointer = known && state.pointers.get(known);
      const step = known && state.failedSteps.get(known);
      const failure = describeFailure(error, (place) => run.plan.locate(place), pointer ?? planned.pointer);
      return step === undefined ? failure : { ...failure, step };
    });
  const [first, ...others] = failures;
  if (first === undefined) return undefined;
  const files = state.files.size === 0 ? {} : { files: Object.fromEntries(state.files) };
  if (others.length === 0) return { ...first, ...files };
  return { ...first, ...files, message: failures.map(({ message }) => message).join('; '), each: failures };
}

function outcomeOf(problems: readonly Problem[]): Outcome {
  if (problems.length === 0) return 'succeeded';
  return problems.every(({ cancelled }) => cancelled) ? 'cancelled' : 'failed';
}

interface Ran extends Omit<BuildResult, 'report'> {
  readonly artifacts: readonly Artifact[];
  readonly problems: readonly Problem[];
}

function nothingToDiscard(): Promise<void> {
  return Promise.resolve();
}

function adoptInherited({ run, planned, adopted }: BuildState, scope: Scope): void {
  for (const { kind, thing } of run.inherited.builds.get(planned.displayName) ?? []) {
    adopted.push({ kind: kind.kind, token: thing.token, acquired: scope.adopt(kind, thing) });
  }
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
  if (state.before?.made !== undefined) adoptInherited(state, scope);
  const { sequences, problems } = await postProcess(state, scope, original);
  const disposition = problems.length === 0 ? 'release' : dispositionAfterFailure(state);
  await scope.close(disposition, leftReasons[disposition]);
  const { kept, discarded } = artifactFates(original, sequences);
  const discard = async (): Promise<void> => {
    if (state.before?.finished === true) return;
    await discardArtifacts(run, planned.displayName, discarded, kept);
    if (problems.length > 0) return;
    await run.journal.write({ record: 'finished', build: planned.displayName }).catch(() => undefined);
  };
  return { artifacts: kept, artifact, problems, disposition, discard };
}

async function buildOrGoOn(state: BuildState, scope: Scope): Promise<Artifact> {
  const { builder } = state.planned;
  adoptInherited(state, scope);
  const checkpoint = state.before?.checkpoint;
  if (checkpoint !== undefined && builder.resume !== undefined) {
    state.resumable = true;
    return builder.resume(makeBuildRun(state, scope), checkpoint.state);
  }
  if (state.before !== undefined) {
    await scope.releaseAllBut(new Set());
    await noteUndone(state);
    state.before = undefined;
  }
  return builder.run(makeBuildRun(state, scope));
}

/** For whoever goes on with the run; without what is nobody's business. */
async function noteArtifact({ run, planned, data }: BuildState, artifact: Artifact): Promise<void> {
  const { Password: _password, SSHPrivateKey: _key, ...open } = data;
  const known = Object.entries(open).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  const record = {
    record: 'artifact',
    build: planned.displayName,
    artifact,
    data: Object.fromEntries(known),
  } as const;
  await run.journal.write(record).catch(() => undefined);
}

async function runAll(state: BuildState): Promise<Ran> {
  const { run, planned } = state;
  const scope = scopeOf(state);
  const made = state.before?.made;
  if (made !== undefined) {
    await scope.close('release', '');
    state.data = buildDataFrom(made.data);
    return runPostProcessors(state, { artifact: made.artifact, maker: planned.builder });
  }
  let artifact: Artifact;
  try {
    throwIfCancelled(scope.signal);
    artifact = await buildOrGoOn(state, scope);
  } catch (error) {
    const problems = [problemOf(state, error)];
    const disposition = await closeAfterFailure(state, scope, error);
    return { artifacts: [], artifact: undefined, problems, disposition, discard: nothingToDiscard };
  }
  await noteArtifact(state, artifact);
  await scope.close('release', '');
  run.emit({ type: 'artifact', build: planned.displayName, artifact, component: planned.type });
  return runPostProcessors(state, { artifact, maker: planned.builder });
}

/** Runs one build from its builder to its last post-processor. Never throws: what failed is in the report. */
export async function runBuild(
  run: RunContext,
  planned: PlannedBuild,
  sources: ReadonlyMap<string, Artifact>,
): Promise<BuildResult> {
  const state = newBuildState(run, planned, sources);
  const { name, type, displayName } = planned;
  const started = performance.now();
  run.emit({ type: 'build-started', build: displayName });
  const { artifacts, artifact, problems, disposition, discard } = await runAll(state);
  const outcome = outcomeOf(problems);
  const failure = failureOf(state, problems);
  const milliseconds = Math.round(performance.now() - started);
  const failed = failure === undefined ? {} : { failure };
  const next = failure === undefined ? {} : waysOn(state, disposition);
  run.emit({ type: 'build-finished', build: displayName, name, outcome, milliseconds, artifacts, ...failed, ...next });
  const { steps, provisioners } = state;
  const report = { name, type, displayName, outcome, milliseconds, artifacts, ...failed, steps, provisioners };
  return { report, artifact, disposition, discard };
}
