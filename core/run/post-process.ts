import { isDeepStrictEqual } from 'node:util';
import type { PostProcessRun } from '../plan/component.ts';
import type { PlannedPostProcessor } from '../plan/plan.ts';
import type { MadeArtifact, Processed, Sequence } from './artifact-fates.ts';
import { componentEnvironment, templateData } from './build-data.ts';
import { blame, problemOf, type BuildState, type Problem } from './build-state.ts';
import type { Scope } from './scope.ts';
import { stepRunner } from './step.ts';
import { temporaryDirectoryIn } from './temporary-directory.ts';
import { voiceOf } from './voice.ts';

function postProcessRun(state: BuildState, scope: Scope, name: string): PostProcessRun {
  const { run, planned, data } = state;
  return {
    ...voiceOf(run, planned, name),
    buildName: planned.name,
    builderType: planned.type,
    runId: run.runId,
    runStarted: run.plan.started,
    force: run.options.force ?? false,
    signal: scope.signal,
    debugMode: run.debug,
    data,
    environment: componentEnvironment(run, planned, data),
    acquire: (kind, acquisition) => scope.acquire(kind, acquisition),
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
    const config = await planned.configure(templateData(state.run, state.planned, state.data));
    const result = await module.postProcess(input.artifact, config, postProcessRun(state, scope, name));
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

interface SequenceResult extends Sequence {
  readonly problem: Problem | undefined;
}

async function runSequence(
  state: BuildState,
  scope: Scope,
  original: MadeArtifact,
  sequence: readonly PlannedPostProcessor[],
): Promise<SequenceResult> {
  const step = stepRunner(state, scope);
  const done: Processed[] = [];
  let input: MadeArtifact | undefined = original;
  for (const planned of sequence) {
    const given: MadeArtifact = input;
    try {
      const processed = await step(`post-process with ${planned.name}`, () => process(state, scope, given, planned));
      done.push(processed);
      input = processed.output;
    } catch (error) {
      blame(state, error, planned.pointer);
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
  for (const planned of state.planned.postProcessors) {
    const result = await runSequence(state, scope, original, planned);
    sequences.push(result);
    if (result.problem?.cancelled === true) break;
  }
  return { sequences, problems: sequences.map(({ problem }) => problem).filter((problem) => problem !== undefined) };
}
