import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '../../core/contract/artifact.ts';
import { noneCommunicator } from '../../core/communicators/none.ts';
import type { KilnEvent } from '../../core/events/event.ts';
import type { PostProcessed, PostProcessRun, ProvisionRun } from '../../core/contract/component.ts';
import type { Plan, PlannedBuild, PlannedPostProcessor, PlannedProvisioner } from '../../core/plan/plan.ts';
import type { BuildRun, RenderData } from '../../core/contract/build-run.ts';
import type { RunOptions } from '../../core/run/run-options.ts';

/** For tests of the engine, whose components do what a test says; real components are run by `kiln-sdk/testing`. */
export function artifactForTest(id: string, files: readonly string[] = []): Artifact {
  return { builderId: 'kiln.test', id, description: `artifact ${id}`, files, properties: {} };
}

function isArtifact(value: unknown): value is Artifact {
  return typeof value === 'object' && value !== null && 'builderId' in value;
}

/** A build whose builder does what `run` says; its artifact is what `run` gives, or one of the build's name. */
export function buildForTest(
  name: string,
  run: (build: BuildRun) => Promise<unknown>,
  changes: Partial<PlannedBuild> = {},
): PlannedBuild {
  return {
    name,
    type: 'test',
    displayName: `test.${name}`,
    pointer: '/builders/0',
    builder: {
      needs: () => [],
      load: undefined,
      resume: undefined,
      discard: undefined,
      run: async (build) => {
        const made = await run(build);
        return isArtifact(made) ? made : artifactForTest(name);
      },
    },
    config: {},
    from: [],
    provisioners: [],
    errorCleanupProvisioner: undefined,
    postProcessors: [],
    rebase: (pointer) => `/builders/0${pointer}`,
    render: (text) => text,
    ...changes,
  };
}

export function provisionerForTest(
  type: string,
  provision: (run: ProvisionRun, config: RenderData) => Promise<void>,
  changes: Partial<PlannedProvisioner> & { readonly inputFiles?: readonly string[] } = {},
): PlannedProvisioner {
  const { inputFiles = [], ...planned } = changes;
  return {
    type,
    label: type,
    pointer: `/provisioners/${type}`,
    needs: () => [],
    pluginVersion: '',
    needsNoGuest: false,
    // Its configuration is what it is given: the data of the build.
    configure: (config) =>
      Promise.resolve({ config, inputFiles: () => inputFiles, provision: (run) => provision(run, config) }),
    rebase: (pointer) => `/provisioners/${type}${pointer}`,
    pauseBefore: 0,
    timeout: undefined,
    maxRetries: 0,
    ...planned,
  };
}

export function postProcessorForTest(
  name: string,
  postProcess: (input: Artifact, run: PostProcessRun) => Promise<Partial<PostProcessed>>,
  changes: Partial<PlannedPostProcessor> = {},
): PlannedPostProcessor {
  return {
    type: name,
    name,
    pointer: `/post-processors/${name}`,
    needs: () => [],
    configure: () =>
      Promise.resolve({
        postProcess: async (input, run) => ({
          artifact: undefined,
          input: 'discard',
          ...(await postProcess(input, run)),
        }),
      }),
    discard: undefined,
    independent: () => false,
    rebase: (pointer) => `/post-processors/${name}${pointer}`,
    input: undefined,
    ...changes,
  };
}

export function planForTest(builds: readonly PlannedBuild[], changes: Partial<Plan> = {}): Plan {
  return {
    templatePath: '/templates/test.json',
    templateText: '{}',
    builds,
    secrets: [],
    started: 0,
    variables: {},
    locate: (pointer) => `test.json:1:1${pointer}`,
    ...changes,
  };
}

/** A builder's body that only runs the template's provisioners. */
export async function onlyProvision(build: BuildRun): Promise<void> {
  await build.provision(noneCommunicator, { ID: 'guest-1', PackerHTTPIP: '10.0.2.2', PackerHTTPPort: '8080' });
}

export interface TestRun extends AsyncDisposable {
  readonly directory: string;
  readonly events: readonly KilnEvent[];
  readonly options: RunOptions;
  readonly controller: AbortController;
  /** Texts of all messages and lines of output. */
  texts(): readonly string[];
}

/** A directory of its own for state and cache, and options that gather the events. */
export async function testRun(changes: Partial<RunOptions> = {}): Promise<TestRun> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-test-run-'));
  const events: KilnEvent[] = [];
  const controller = new AbortController();
  return {
    directory,
    events,
    controller,
    options: {
      signal: controller.signal,
      emit: (event) => events.push(event),
      version: '1.0.0',
      stateDirectory: join(directory, 'state'),
      cacheDirectory: join(directory, 'cache'),
      releaseTimeout: 5000,
      ...changes,
    },
    texts: () => events.flatMap((event) => (event.type === 'message' || event.type === 'output' ? [event.text] : [])),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
