import { access } from 'node:fs/promises';
import { StepError } from '../../errors/errors.ts';
import type { Artifact } from '../../contract/artifact.ts';
import type { PostProcessed, PostProcessRun } from '../../contract/component.ts';
import type { PlannedPostProcessor } from '../../plan/plan.ts';
import { fateOfInput, type MadeArtifact, type UsedArtifact } from './artifact-fates.ts';
import { buildOrigin } from './build-origin.ts';
import { componentEnvironment, templateData } from './build-data.ts';
import { blame, problemOf, type BuildState, type Problem } from './build-state.ts';
import type { Scope } from '../scope/scope.ts';
import { sideBySide, type NumberedSequence } from './side-by-side.ts';
import { stepRunner } from './step.ts';
import { temporaryDirectoryIn } from '../scope/temporary-directory.ts';
import { componentUi } from './ui.ts';

function postProcessRun(state: BuildState, outer: Scope, scope: Scope, name: string): PostProcessRun {
  const { run, planned, data } = state;
  return {
    ...componentUi(state, name),
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
    origin: () => buildOrigin(state),
    ...(run.ask === undefined ? {} : { ask: run.ask }),
    acquire: (kind, acquisition) => (kind.lasting === true ? outer : scope).acquire(kind, acquisition),
    inherited: ({ kind }) => state.adopted.filter((each) => each.kind === kind).map(({ acquired }) => acquired),
    temporaryDirectory: () => temporaryDirectoryIn(run.makeTemporaryDirectory, scope),
  };
}

async function process(
  state: BuildState,
  outer: Scope,
  input: Artifact,
  planned: PlannedPostProcessor,
): Promise<PostProcessed> {
  const { name } = planned;
  const scope = outer.child();
  try {
    const module = await planned.configure(templateData(state), componentUi(state, name));
    const result = await module.postProcess(input, postProcessRun(state, outer, scope, name));
    const artifact = result.artifact === input ? 'input' : result.artifact;
    if (artifact !== undefined && artifact !== 'input') {
      state.run.emit({ type: 'artifact', build: state.planned.displayName, artifact, component: name });
    }
    return { artifact, input: result.input };
  } finally {
    await scope.close('release', '');
  }
}

interface SequencePosition {
  readonly sequence: number;
  readonly position: number;
}

/** What a post-processor did in an earlier process; undefined when it is to run. */
function processedBefore({ before }: BuildState, name: string, place: SequencePosition): PostProcessed | undefined {
  const record = before?.postProcessed.find(
    ({ sequence, position }) => sequence === place.sequence && position === place.position,
  );
  return record?.name === name ? { artifact: record.artifact ?? undefined, input: record.input } : undefined;
}

/** Throws `StepError` ARTIFACT_GONE when a file of an earlier process's artifact is not there any more. */
async function checkFiles({ files }: Artifact): Promise<void> {
  for (const path of files) {
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
  place: SequencePosition,
  { artifact, input }: PostProcessed,
): Promise<void> {
  const about = { build: planned.displayName, name, ...place };
  await run.journal
    .write({ record: 'post-processed', ...about, artifact: artifact ?? null, input })
    .catch(() => undefined);
}

/** The artifacts of a sequence in its order, the builder's first. When it failed, all of them stay. */
async function runSequence(
  state: BuildState,
  scope: Scope,
  original: MadeArtifact,
  [number, sequence]: NumberedSequence,
): Promise<{ readonly used: readonly UsedArtifact[]; readonly problem: Problem | undefined }> {
  const step = stepRunner(state, scope);
  const used: UsedArtifact[] = [];
  let given = original;
  let replayed = state.before?.made !== undefined;
  for (const [position, planned] of sequence.entries()) {
    const { name } = planned;
    const { artifact: input } = given;
    const place = { sequence: number, position };
    let processed = replayed ? processedBefore(state, name, place) : undefined;
    if (processed === undefined) {
      try {
        processed = await step(`post-process with ${name}`, async () => {
          if (replayed) await checkFiles(input);
          return process(state, scope, input, planned);
        });
      } catch (error) {
        blame(state, error, planned);
        const kept = [...used, given].map((made) => ({ ...made, fate: 'keep' as const }));
        return { used: kept, problem: problemOf(state, error) };
      }
      replayed = false;
      await note(state, name, place, processed);
    }
    used.push({ ...given, fate: fateOfInput(processed.input, planned.input) });
    const { artifact } = processed;
    if (artifact === undefined) return { used, problem: undefined };
    if (artifact !== 'input') given = { artifact, maker: planned };
  }
  return { used: [...used, { ...given, fate: 'keep' }], problem: undefined };
}

/**
 * Runs the build's sequences, those at the same time that `sideBySide` lets; one that fails does not keep the others from
 * running. Resolves with the artifacts of each that ran, in the order of the sequences.
 */
export async function postProcess(
  state: BuildState,
  scope: Scope,
  original: MadeArtifact,
): Promise<{ readonly sequences: readonly (readonly UsedArtifact[])[]; readonly problems: readonly Problem[] }> {
  const sequences: (readonly UsedArtifact[])[] = [];
  const problems: Problem[] = [];
  for (const group of sideBySide(state)) {
    const ran = await Promise.all(group.map((entry) => runSequence(state, scope, original, entry)));
    for (const { used, problem } of ran) {
      sequences.push(used);
      if (problem !== undefined) problems.push(problem);
    }
    if (problems.some(({ cancelled }) => cancelled)) break;
  }
  return { sequences, problems };
}
