import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KilnEvent } from '../../../core/events/event.ts';
import { collectGarbage, type GarbageReport } from '../../../core/run/recovery/collect-garbage.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { resourceKinds } from '../../../core/run/recovery/resource-kinds.ts';
import { runPlan, type BuildReport, type RunOptions } from '../../../core/run/run-plan.ts';
import { builtin } from '../../../plugins/builtin.ts';
import { startTestEc2, type Leftover, type TestEc2, type WorldOptions } from './index.ts';
import { planTemplate } from '../kiln/plan-template.ts';

export interface AmazonBake {
  readonly report: BuildReport;
  /** What was said and warned of. */
  readonly said: readonly string[];
  readonly warned: readonly string[];
}

/** A test EC2, and builds in this process that take it for AWS. */
export interface AmazonPlace extends AsyncDisposable {
  readonly ec2: TestEc2;
  /** Id of an image in us-east-1 to start from. */
  readonly source: string;
  /** For files of the test; goes with the place. */
  readonly directory: string;
  /** Runs the one build of a template. */
  run(template: JsonObject, run?: Partial<RunOptions>): Promise<AmazonBake>;
  /** Runs a build of these options beside the usual ones; a value of null takes one away. */
  bake(options?: JsonObject, run?: Partial<RunOptions>, provisioners?: JsonObject[]): Promise<AmazonBake>;
  gc(): Promise<GarbageReport>;
  /** Names of the calls so far, in order. */
  calls(): readonly string[];
  /** Inputs of one call. */
  inputs(call: string): readonly unknown[];
  /** Kinds and ids of what is there and is no image that was kept. */
  left(): readonly Leftover[];
}

const POLL = { AWS_POLL_DELAY_SECONDS: '0' };

export async function amazonPlace(options: WorldOptions = {}, type = 'amazon-ebs'): Promise<AmazonPlace> {
  const ec2 = await startTestEc2(options);
  const directory = await mkdtemp(join(tmpdir(), 'kiln-amazon-'));
  const before = { ...process.env };
  Object.assign(process.env, ec2.environment, POLL);
  const source = ec2.addImage('us-east-1', { name: 'base', view: { CreationDate: '2026-01-01T00:00:00.000Z' } });
  const runTemplate = async (template: JsonObject, run: Partial<RunOptions> = {}): Promise<AmazonBake> => {
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
    ec2,
    source,
    directory,
    run: runTemplate,
    bake: async (more = {}, run = {}, provisioners = []) => {
      const usual: JsonObject = {
        type,
        // Tells this server's connection from those of other tests.
        custom_endpoint_ec2: ec2.endpoint,
        ami_name: 'web',
        source_ami: source,
        instance_type: 't3.micro',
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
    calls: () => ec2.calls.map(({ call }) => call),
    inputs: (call) => ec2.calls.filter((each) => each.call === call).map(({ input }) => input),
    left: () => ec2.leftovers(),
    [Symbol.asyncDispose]: async () => {
      await ec2.settled();
      await ec2.stop();
      process.env = before;
      await rm(directory, { recursive: true });
    },
  };
}
