import type { Artifact } from '../../contract/artifact.ts';
import type { Communicator } from '../../contract/communicator.ts';
import type { JsonObject } from '../../contract/json.ts';
import { CommandError } from '../../errors/errors.ts';
import { isObject } from '../../json/guards.ts';
import { fakeGuest } from '../fake-guest.ts';
import { fetchData } from '../fetch.ts';
import { runBuilder, runPostProcessor, runProvisioner, type TestedRun } from '../run.ts';
import { schemaOf, type TestedComponent } from '../tested-component.ts';
import { none, type ConformanceRule } from './rule.ts';
import { quietly } from './standard-output.ts';

/** How a component can be run in a test. */
export interface TestedOptions {
  /** Options that work, as in a template without `type`. The component is run with them some dozens of times. */
  readonly options: JsonObject;
  /** The guest of a provisioner, new for each run; default: `fakeGuest()`. */
  readonly guest?: () => Communicator;
  /** What a post-processor starts from. */
  readonly artifact?: Artifact;
  /** Before each run, to take away what the one before has made. */
  readonly reset?: () => Promise<void>;
  /** Milliseconds in which a run that is cancelled, or fails, has to be over; default 10 000. */
  readonly patience?: number;
}

/** Points of the work at which it is interrupted: more are of no more use, and take long. */
const MOST_POINTS = 12;

/** Counts what the component does that its runner sees, and interferes at one of these points. */
interface Points {
  readonly pass: () => void;
  readonly count: () => number;
}

function points(at: number | undefined, interfere: () => void): Points {
  let count = 0;
  const pass = (): void => {
    if (count++ === at) interfere();
  };
  return { pass, count: () => count };
}

/** A guest whose every call is a point. */
function watched(guest: Communicator, { pass }: Points): Communicator {
  return new Proxy(guest, {
    get: (target, name, receiver): unknown => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function' || name === 'close') return value;
      return (...args: unknown[]): unknown => {
        pass();
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

interface Interference {
  readonly at?: number;
  readonly how: 'cancel' | 'fail';
}

interface Outcome extends TestedRun {
  readonly passed: number;
}

async function runOnce(
  { type, schema, component }: TestedComponent,
  { options, guest = fakeGuest, artifact, reset }: TestedOptions,
  { at, how }: Interference,
): Promise<Outcome> {
  await reset?.();
  const cancelling = new AbortController();
  const work = points(at, () => {
    if (how === 'cancel') cancelling.abort();
    else throw new CommandError('the test lets this fail', { code: 'TEST_FAILS' });
  });
  const given = { signal: cancelling.signal, onEvent: how === 'cancel' ? work.pass : () => undefined };
  const tested = { type, schema, component };
  const ended = await (component.kind === 'builder'
    ? runBuilder(tested, options, given)
    : component.kind === 'provisioner'
      ? runProvisioner(tested, options, { ...given, guest: watched(guest(), work) })
      : runPostProcessor(tested, options, { ...given, ...(artifact === undefined ? {} : { artifact }) }));
  return { ...ended, passed: work.count() };
}

async function inTime(work: Promise<Outcome>, what: string, patience: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: the run is not over after ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the component once for each point of its work, and interferes there. */
async function atEachPoint(tested: TestedComponent, given: TestedOptions, how: Interference['how']): Promise<void> {
  const { passed } = await runOnce(tested, given, { how });
  const every = Math.max(1, Math.ceil(passed / MOST_POINTS));
  for (let at = 0; at < passed; at += every) {
    const what = `${how === 'cancel' ? 'cancelled' : 'failing'} at point ${at} of ${passed}`;
    const { leftBehind, failure } = await inTime(runOnce(tested, given, { at, how }), what, given.patience ?? 10_000);
    none(leftBehind, `${what}: left behind`);
    none(failure?.stack === undefined ? [] : [failure.message], `${what}: a bug`);
  }
}

function dataRules(tested: TestedComponent, { options }: TestedOptions): readonly ConformanceRule[] {
  return [
    {
      rule: 'gives outputs that its schema declares, of their types',
      check: async () => {
        const declared = (await schemaOf(tested))['x-outputs'];
        const outputs = isObject(declared) ? declared : {};
        const values = await fetchData(tested, options);
        const kinds = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);
        const wrong = Object.entries(values).filter(([name, value]) => {
          const output = outputs[name];
          const wanted = isObject(output) ? output['type'] : undefined;
          return wanted !== (wanted === 'integer' && Number.isInteger(value) ? 'integer' : kinds(value));
        });
        none(
          wrong.map(([name]) => name),
          'not declared, or of another type',
        );
      },
    },
    {
      rule: 'writes nothing to standard output',
      check: async () =>
        quietly(async () => {
          await fetchData(tested, options);
        }),
    },
  ];
}

/** What a component keeps while it works: it is really run, as `kiln build` would. */
export function runRules(tested: TestedComponent, given: TestedOptions): readonly ConformanceRule[] {
  if (tested.component.kind === 'data-source') return dataRules(tested, given);
  return [
    {
      rule: 'does its work, writes nothing to standard output and leaves nothing behind',
      check: () =>
        quietly(async () => {
          const { outcome, failure, leftBehind } = await runOnce(tested, given, { how: 'cancel' });
          none(
            outcome === 'succeeded' ? [] : [failure?.message ?? outcome],
            'the run with the options that were given',
          );
          none(leftBehind, 'left behind');
        }),
    },
    {
      rule: 'leaves nothing behind, and ends soon, wherever it is cancelled',
      check: () => atEachPoint(tested, given, 'cancel'),
    },
    ...(tested.component.kind === 'provisioner'
      ? [
          {
            rule: 'leaves nothing behind at whatever call of the guest fails',
            check: () => atEachPoint(tested, given, 'fail'),
          },
        ]
      : []),
  ];
}
