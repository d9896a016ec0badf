import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '../contract/artifact.ts';
import type { BuildData } from '../contract/build-run.ts';
import type { Communicator } from '../contract/communicator.ts';
import type { JsonObject } from '../contract/json.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { FailureReport, KilnEvent, Outcome } from '../events/event.ts';
import type { Plan } from '../plan/plan.ts';
import { runPlan } from '../run/run-plan.ts';
import { planTested, type TestBuild } from './prepare.ts';
import type { TestedComponent } from './tested-component.ts';

/** How a component was run by `runBuilder`, `runProvisioner` or `runPostProcessor`. */
export interface TestedRun {
  readonly outcome: Outcome;
  /** What went wrong, with code and message, as the user is told of it. */
  readonly failure: FailureReport | undefined;
  /** What was said, warned of and put out, a line each; secrets are hidden as for the user. */
  readonly lines: readonly string[];
  /** What is there after the run. */
  readonly artifacts: readonly Artifact[];
  /** What could not be given back, one text a thing. */
  readonly leftBehind: readonly string[];
}

/** How a component under test is run. */
export interface TestRunOptions {
  /** Cancels the run as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Called for each line, step and report of progress, while the run goes on. */
  readonly onEvent?: () => void;
}

function linesOf(events: readonly KilnEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'message' || event.type === 'output' ? [event.text] : []));
}

async function run(plan: Plan, { signal = new AbortController().signal, onEvent }: TestRunOptions): Promise<TestedRun> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-testing-'));
  const events: KilnEvent[] = [];
  try {
    const report = await runPlan(plan, {
      signal,
      emit: (event) => {
        events.push(event);
        onEvent?.();
      },
      version: 'test',
      stateDirectory: join(directory, 'state'),
      cacheDirectory: join(directory, 'cache'),
    });
    const [build] = report.builds;
    return {
      outcome: report.outcome,
      failure: build?.failure,
      lines: linesOf(events),
      artifacts: build?.artifacts ?? [],
      leftBehind: report.leftBehind.map(({ what }) => what),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runTemplate(
  tested: TestedComponent,
  template: JsonObject,
  test: TestBuild,
  options: TestRunOptions,
): Promise<TestedRun> {
  const { plan, diagnostics } = await planTested(tested, JSON.stringify(template), test);
  if (plan !== undefined && !hasErrors(diagnostics)) return run(plan, options);
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
}

/**
 * Runs a builder as `kiln build` would, by the real engine: options are checked, decoded and rendered, things are
 * journaled and given back. `options` are as in a template, without `type`. What fails while it runs is in the result;
 * throws `Error` with all complaints when the options are not valid.
 */
export async function runBuilder(
  tested: TestedComponent,
  options: JsonObject,
  given: TestRunOptions = {},
): Promise<TestedRun> {
  return runTemplate(tested, { builders: [{ ...options, type: tested.type }] }, {}, given);
}

/** Runs a provisioner on a guest, as `runBuilder`; `data` is what the template function `build` knows besides. */
export async function runProvisioner(
  tested: TestedComponent,
  options: JsonObject,
  given: TestRunOptions & { readonly guest?: Communicator; readonly data?: BuildData } = {},
): Promise<TestedRun> {
  const template = { builders: [{ type: 'test' }], provisioners: [{ ...options, type: tested.type }] };
  return runTemplate(tested, template, given, given);
}

/** Runs a post-processor on an artifact, as `runBuilder`. */
export async function runPostProcessor(
  tested: TestedComponent,
  options: JsonObject,
  given: TestRunOptions & { readonly artifact?: Artifact } = {},
): Promise<TestedRun> {
  const template = { builders: [{ type: 'test' }], 'post-processors': [{ ...options, type: tested.type }] };
  return runTemplate(tested, template, given, given);
}
