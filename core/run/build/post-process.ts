import { access } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { StepError } from '../../errors/errors.ts';
import type { PostProcessRun } from '../../contract/component.ts';
import type { PlannedPostProcessor } from '../../plan/plan.ts';
import type { MadeArtifact, Processed, Sequence } from './artifact-fates.ts';
import { componentEnvironment, templateData } from './build-data.ts';
import { blame, problemOf, type BuildState, type Problem } from './build-state.ts';
import type { Scope } from '../scope/scope.ts';
import { stepRunner } from './step.ts';
import { temporaryDirectoryIn } from '../scope/temporary-directory.ts';
import { componentVoice } from './voice.ts';

function postProcessRun(state: BuildState, outer: Scope, scope: Scope, name: string): PostProcessRun {
  const { run, planned, data } = state;
  return {
    ...componentVoice(state, name),
    buildName: planned.name,
    builderType: planned.type,
    runId: run.runId,
    runStarted: run.plan.started,
    force: run.options.force ?? false,
    signal: scope.signal,
    debugMode: run.debug,
    data,
    environment: componentEnvironment(run, planned, data),
    cacheDirectory: run.options.cacheDirectory,
    ...(run.ask === undefined ? {} : { ask: run.ask }),
    acquire: (kind, acquisition) => (kind.lasting === true ? outer : scope).acquire(kind, acquisition),
    inherited: ({ kind }) => state.adopted.filter((each) => each.kind === kind).map(({ acquired }) => acquired),
    temporaryDirectory: () => temporaryDirectoryIn(run.makeTemporaryDirectory, scope),
  };
}

async function process(
  state: BuildState,
  outer: Scope,
  input: MadeArtifact,
  planned: PlannedPostProcessor,
): Promise<Processed> {
  const { name, module, keepInputArtifact } = planned;
  const scope = outer.child();
  try {
    const config = await planned.configure(templateData(state), componentVoice(state, name));
    const result = await module.postProcess(input.artifact, config, postProcessRun(state, outer, scope, name));
    const { artifact, keepInput, mustKeepInput } = result;
    const same = isDeepStrictEqual(artifact, input.artifact);
    if (artifact !== undefined && !same) {
      state.run.emit({ type: 'artifact', build: state.planned.displayName, artifact, component: name });
    }
    return {
      keepWanted: keepInputArtifact,
      keepByDefault: keepInput || mustKeepInput,
      contained: mustKeepInput,
      output: artifact === undefined ? undefined : { artifact, maker: same ? input.maker : module },
    };
  } finally {
    await scope.close('release', '');
  }
}

interface Place {
  readonly sequence: number;
  readonly position: number;
}

interface SequenceResult extends Sequence {
  readonly problem: Problem | undefined;
}

/** What a post-processor did in an earlier process; undefined when it is to run. */
function processedBefore(
  { before }: BuildState,
  input: MadeArtifact,
  { name, module, keepInputArtifact: keepWanted }: PlannedPostProcessor,
  place: Place,
): Processed | undefined {
  const record = before?.postProcessed.find(
    ({ sequence, position }) => sequence === place.sequence && position === place.position,
  );
  if (record?.name !== name) return undefined;
  const { keepByDefault, contained, artifact, made } = record;
  const output = artifact === null ? undefined : { artifact, maker: made ? module : input.maker };
  return { keepWanted, keepByDefault, contained, output };
}

/** Throws `StepError` ARTIFACT_GONE when a file of an earlier process's artifact is not there any more. */
async function checkFiles({ artifact }: MadeArtifact): Promise<void> {
  for (const path of artifact.files) {
    await access(path).catch(() => {
      throw new StepError(`a file of the artifact is not there any more: ${path}`, {
        code: 'ARTIFACT_GONE',
        hint: 'build the template anew',
      });
    });
  }
}

async function note(
  { run, planned }: BuildState,
  name: string,
  place: Place,
  input: MadeArtifact,
  { keepByDefault, contained, output }: Processed,
): Promise<void> {
  const artifact = output?.artifact ?? null;
  const made = output?.maker !== input.maker;
  const about = { build: planned.displayName, name, ...place };
  await run.journal
    .write({ record: 'post-processed', ...about, keepByDefault, contained, artifact, made })
    .catch(() => undefined);
}

async function runSequence(
  state: BuildState,
  scope: Scope,
  original: MadeArtifact,
  [number, sequence]: readonly [number, readonly PlannedPostProcessor[]],
): Promise<SequenceResult> {
  const step = stepRunner(state, scope);
  const done: Processed[] = [];
  let input: MadeArtifact | undefined = original;
  let replayed = state.before?.made !== undefined;
  for (const [position, planned] of sequence.entries()) {
    const given: MadeArtifact = input;
    const place = { sequence: number, position };
    const before = replayed ? processedBefore(state, given, planned, place) : undefined;
    if (before !== undefined) {
      done.push(before);
      input = before.output;
      if (input === undefined) break;
      continue;
    }
    try {
      const processed = await step(`post-process with ${planned.name}`, async () => {
        if (replayed) await checkFiles(given);
        return process(state, scope, given, planned);
      });
      replayed = false;
      await note(state, planned.name, place, given, processed);
      done.push(processed);
      input = processed.output;
    } catch (error) {
      blame(state, error, planned);
      return { done, failed: true, problem: problemOf(state, error) };
    }
    if (input === undefined) break;
  }
  return { done, failed: false, problem: undefined };
}

export interface PostProcessing {
  readonly sequences: readonly Sequence[];
  readonly problems: readonly Problem[];
}

/** Runs the build's sequences one after the other; one that fails does not keep the others from running. */
export async function postProcess(state: BuildState, scope: Scope, original: MadeArtifact): Promise<PostProcessing> {
  const sequences: SequenceResult[] = [];
  for (const entry of state.planned.postProcessors.entries()) {
    const result = await runSequence(state, scope, original, entry);
    sequences.push(result);
    if (result.problem?.cancelled === true) break;
  }
  return { sequences, problems: sequences.map(({ problem }) => problem).filter((problem) => problem !== undefined) };
}
