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
import { startTestOpenStack, type Leftover, type TestOpenStack, type WorldOptions } from './index.ts';

export interface OpenstackBake {
  readonly report: BuildReport;
  /** What was said and warned of. */
  readonly said: readonly string[];
  readonly warned: readonly string[];
}

/** A test OpenStack, and builds in this process that bake there. */
export interface OpenstackPlace extends AsyncDisposable {
  readonly cloud: TestOpenStack;
  /** Id of an image to start from. */
  readonly source: string;
  /** For files of the test; goes with the place. */
  readonly directory: string;
  /** Runs the one build of a template. */
  run(template: JsonObject, run?: Partial<RunOptions>): Promise<OpenstackBake>;
  /** Runs a build of these options beside the usual ones; a value of null takes one away. */
  bake(options?: JsonObject, run?: Partial<RunOptions>, provisioners?: JsonObject[]): Promise<OpenstackBake>;
  gc(): Promise<GarbageReport>;
  /** Names of the calls so far, in order. */
  calls(): readonly string[];
  /** Bodies of one call. */
  inputs(call: string): readonly unknown[];
  /** "kind" of what is there besides the image to start from, sorted. */
  left(): readonly string[];
  /** What is there of a kind, besides the image to start from. */
  things(kind: string): readonly Leftover[];
}

export async function openstackPlace(options: WorldOptions = {}): Promise<OpenstackPlace> {
  const cloud = await startTestOpenStack(options);
  const directory = await mkdtemp(join(tmpdir(), 'kiln-openstack-'));
  const before = { ...process.env };
  Object.assign(process.env, cloud.environment, { KILN_OPENSTACK_POLL_SECONDS: '0' });
  const source = cloud.addImage({ name: 'base', properties: { os_distro: 'debian' }, minDisk: 1 });
  const runTemplate = async (template: JsonObject, run: Partial<RunOptions> = {}): Promise<OpenstackBake> => {
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
  const others = (): readonly Leftover[] => cloud.leftovers().filter(({ id }) => id !== source);
  return {
    cloud,
    source,
    directory,
    run: runTemplate,
    bake: async (more = {}, run = {}, provisioners = []) => {
      const usual: JsonObject = {
        type: 'openstack',
        image_name: 'web',
        source_image_name: 'base',
        flavor: 'm1.small',
        networks: ['private'],
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
    calls: () => cloud.calls.map(({ call }) => call),
    inputs: (call) => cloud.calls.filter((each) => each.call === call).map(({ input }) => input),
    left: () =>
      others()
        .map(({ kind }) => kind)
        .sort(),
    things: (kind) => others().filter((each) => each.kind === kind),
    [Symbol.asyncDispose]: async () => {
      await cloud.settled();
      await cloud.stop();
      process.env = before;
      await rm(directory, { recursive: true });
    },
  };
}
