import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { KilnEvent } from '../../../core/events/event.ts';
import { collectGarbage, type GarbageReport } from '../../../core/run/recovery/collect-garbage.ts';
import { resourceKinds } from '../../../core/run/recovery/resource-kinds.ts';
import { runPlan, type BuildReport, type RunOptions } from '../../../core/run/run-plan.ts';
import { builtin } from '../../../plugins/builtin.ts';
import { planTemplate } from '../kiln/plan-template.ts';
import { startTestGce, type Leftover, type TestGce, type WorldOptions } from './index.ts';

export interface GceBake {
  readonly report: BuildReport;
  /** What was said and warned of. */
  readonly said: readonly string[];
  readonly warned: readonly string[];
}

/** A test Compute Engine, and builds in this process that bake there. */
export interface GcePlace extends AsyncDisposable {
  readonly gce: TestGce;
  /** Options that get into it. */
  readonly access: JsonObject;
  /** For files of the test; goes with the place. */
  readonly directory: string;
  /** Runs the one build of a template. */
  run(template: JsonObject, run?: Partial<RunOptions>): Promise<GceBake>;
  /** Runs a build of these options beside the usual ones; a value of null takes one away. */
  bake(options?: JsonObject, run?: Partial<RunOptions>, provisioners?: JsonObject[]): Promise<GceBake>;
  gc(): Promise<GarbageReport>;
  /** Names of the calls so far, in order. */
  calls(): readonly string[];
  /** Bodies of one call. */
  inputs(call: string): readonly unknown[];
  /** "kind name" of what is there, sorted. */
  left(): readonly string[];
  things(kind: string): readonly Leftover[];
}

export async function gcePlace(options: WorldOptions = {}): Promise<GcePlace> {
  const gce = await startTestGce(options);
  const directory = await mkdtemp(join(tmpdir(), 'kiln-gce-'));
  const before = { ...process.env };
  Object.assign(process.env, { KILN_GOOGLE_POLL_SECONDS: '0' });
  const access = { project_id: 'bakery', access_token: gce.token, custom_endpoints: { ...gce.customEndpoints } };
  const runTemplate = async (template: JsonObject, run: Partial<RunOptions> = {}): Promise<GceBake> => {
    const { plan, diagnostics } = await planTemplate(template);
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const events: KilnEvent[] = [];
    const report = await runPlan(plan, {
      signal: new AbortController().signal,
      emit: (event) => void events.push(event),
      version: 'test',
      stateDirectory: join(directory, 'state'),
      cacheDirectory: join(directory, 'cache'),
      ...run,
    });
    const [build] = report.builds;
    if (build === undefined) throw new Error('no build');
    const texts = (level: string): readonly string[] =>
      events.flatMap((event) => (event.type === 'message' && event.level === level ? [event.text] : []));
    return { report: build, said: texts('info'), warned: texts('warning') };
  };
  return {
    gce,
    access,
    directory,
    run: runTemplate,
    bake: async (more = {}, run = {}, provisioners = []) => {
      const usual: JsonObject = {
        type: 'googlecompute',
        ...access,
        zone: 'us-central1-a',
        source_image_family: 'debian-12',
        image_name: 'web',
        communicator: 'none',
      };
      const entries = Object.entries({ ...usual, ...more }).filter(([, value]) => value !== null);
      return runTemplate({ builders: [Object.fromEntries(entries)], provisioners }, run);
    },
    gc: () =>
      collectGarbage({
        stateDirectory: join(directory, 'state'),
        findKinds: () => Promise.resolve(resourceKinds(builtin)),
        signal: new AbortController().signal,
        say: () => undefined,
      }),
    calls: () => gce.calls.map(({ call }) => call),
    inputs: (call) => gce.calls.filter((each) => each.call === call).map(({ input }) => input),
    left: () =>
      gce
        .leftovers()
        .map(({ kind, id }) => `${kind} ${id.split('/').at(-1) ?? ''}`)
        .sort(),
    things: (kind) => gce.leftovers().filter((each) => each.kind === kind),
    [Symbol.asyncDispose]: async () => {
      await gce.settled();
      await gce.stop();
      process.env = before;
      await rm(directory, { recursive: true });
    },
  };
}
