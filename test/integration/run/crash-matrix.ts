import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { crashPlace, type CrashPlace } from './crash-place.ts';
import type { CrashSubject, CrashWorld } from './crash-subjects.ts';
import { faultySystem, type Fault, type FaultySystem } from './faulty-system.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('a sample of the crash matrix; with KILN_LONG_TESTS=1 all of it, which takes an hour or two');
/** Random moments of a long run. */
export const MOMENTS: number = Number(process.env['KILN_CRASH_MOMENTS'] ?? 200);
/** Most boundaries of a long run: a whole rootfs build for each takes a day. */
const BOUNDARIES = Number(process.env['KILN_CRASH_BOUNDARIES'] ?? Infinity);

export const everywhere: readonly Fault[] = ['kill-before', 'kill-after', 'torn'];

export interface Extent {
  readonly name: string;
  readonly subject: () => Promise<CrashSubject>;
  readonly faults: readonly Fault[];
  /** How many boundaries and moments without KILN_LONG_TESTS. */
  readonly sampled: number;
  readonly moments: number;
}

/** Kiln is killed at the `at`-th write to its journal, or after so many milliseconds. */
type Kill = { readonly fault: Fault; readonly at: number } | { readonly after: number };

interface Scene {
  readonly world: CrashWorld;
  readonly place: CrashPlace;
  /** False when Kiln came to its end before. */
  readonly killed: (kill: Kill) => Promise<boolean>;
  /** Of the output that is there. */
  readonly checkOutput: () => void;
  readonly expectNothingLeft: () => Promise<void>;
}

async function onScene<T>(
  { world: makeWorld }: CrashSubject,
  system: FaultySystem,
  body: (scene: Scene) => Promise<T>,
): Promise<T> {
  await using world = await makeWorld();
  await using place = crashPlace(world.template, world.environment);
  return await body({
    world,
    place,
    killed: async (kill) => {
      const more = 'after' in kill ? { killAfter: kill.after } : { env: system.failing(kill.fault, kill.at) };
      const { code, stdout, stderr } = await place.kiln(['build', 'web.json'], more);
      if (code === null || code === 137) return true;
      expect(code, stdout + stderr).toBe(0);
      return false;
    },
    checkOutput: () => world.checkOutput(place.home),
    expectNothingLeft: async () => {
      await place.expectNothingLeft();
      world.expectNothingLeft();
    },
  });
}

function everyWriter({ writers }: CrashSubject): readonly string[] {
  return Array.from({ length: writers.provisioners + writers.postProcessors }, (_, number) => String(number));
}

/** After the kill: gc leaves nothing, and a fresh build succeeds. Returns whether there was anything to remove. */
function collectAndBuild(subject: CrashSubject, system: FaultySystem, kill: Kill): Promise<boolean> {
  return onScene(subject, system, async ({ world, place, killed, checkOutput, expectNothingLeft }) => {
    const { home } = place;
    await killed(kill);
    const open = place.records().length > 0 && !place.records().some(({ record }) => record === 'ended');
    const dry = await place.kiln(['gc', '-dry-run']);
    expect(dry.code, dry.stderr).toBe(0);
    const collected = await place.kiln(['gc']);
    expect(collected.code, collected.stdout + collected.stderr).toBe(0);
    await expectNothingLeft();
    if (world.hasOutput(home)) checkOutput();
    rmSync(join(home, 'log'), { force: true });
    const built = await place.kiln(['build', ...(world.hasOutput(home) ? ['-force'] : []), 'web.json']);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    checkOutput();
    expect(subject.log(home)).toEqual(everyWriter(subject));
    await expectNothingLeft();
    return open;
  });
}

/** After the kill: resume makes the right image, and what had finished does not run again. Returns how many had. */
function resumeIt(subject: CrashSubject, system: FaultySystem, kill: Kill): Promise<number | undefined> {
  return onScene(subject, system, async ({ place, killed, checkOutput, expectNothingLeft }) => {
    if (!(await killed(kill))) return undefined;
    const records = place.records();
    const id = place.runId();
    if (id === undefined || records.some(({ record }) => record === 'ended')) return undefined;
    const finished = records.filter(({ record }) => record === 'provisioned' || record === 'post-processed').length;
    const checkpointed = records.some(({ record }) => record === 'checkpoint' || record === 'artifact');
    const resumed = await place.kiln(['resume', id]);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    checkOutput();
    const log = subject.log(place.home);
    const kept = checkpointed ? finished : 0;
    // What had not finished may have begun, and then it is there twice.
    expect(log.slice(log.length - (everyWriter(subject).length - kept))).toEqual(everyWriter(subject).slice(kept));
    for (const number of everyWriter(subject).slice(0, kept)) {
      expect(log.filter((line) => line === number)).toEqual([number]);
    }
    expect((await place.kiln(['gc'])).stdout).toBe('Nothing was left behind.\n');
    await expectNothingLeft();
    return kept;
  });
}

/** Does them all, also when some fail, and then fails with all that did. */
async function eachOf<T>(kills: readonly Kill[], body: (kill: Kill) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  const failures: string[] = [];
  for (const kill of kills) {
    try {
      results.push(await body(kill));
    } catch (error) {
      const failure = `after ${JSON.stringify(kill)}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(failure);
      console.error(failure);
    }
    if ((results.length + failures.length) % 20 === 0) {
      console.info(`${results.length + failures.length} of ${kills.length}, ${failures.length} failed`);
    }
  }
  expect(failures).toEqual([]);
  return results;
}

interface Whole {
  /** Records of a whole build. */
  readonly writes: number;
  readonly milliseconds: number;
}

function measure(subject: CrashSubject, system: FaultySystem): Promise<Whole> {
  return onScene(subject, system, async ({ place, checkOutput, expectNothingLeft }) => {
    const start = performance.now();
    const { code, stdout, stderr } = await place.kiln(['build', 'web.json']);
    expect(code, stdout + stderr).toBe(0);
    const milliseconds = performance.now() - start;
    checkOutput();
    await expectNothingLeft();
    expect(readdirSync(place.home)).toContain('state');
    return { writes: place.records().length, milliseconds };
  });
}

/** All of them, or so many, the first and the last among them. */
function sample<T>(all: readonly T[], shortCount: number, longCount = Infinity): readonly T[] {
  const count = long ? longCount : shortCount;
  if (count >= all.length) return all;
  return Array.from({ length: count }, (_, index) => all[Math.round((index * (all.length - 1)) / (count - 1))]!);
}

function boundaries(writes: number, faults: readonly Fault[]): readonly { fault: Fault; at: number }[] {
  return Array.from({ length: writes }, (_, index) => faults.map((fault) => ({ fault, at: index + 1 }))).flat();
}

/** The same ones each time. */
function moments(count: number, milliseconds: number): readonly { after: number }[] {
  let seed = 7;
  return Array.from({ length: count }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return { after: (seed / 2 ** 31) * milliseconds };
  });
}

/** How many of the kills must have hit, or nothing was tested. When a moment comes depends on how busy the machine is. */
function leastOf(kills: readonly Kill[]): number {
  if (kills.some((kill) => 'at' in kill)) return kills.length / 3;
  return long ? kills.length / 20 : 0;
}

/** The tests of one builder that is killed wherever it can be. */
export function describeCrashes({ name, subject: makeSubject, faults, sampled, moments: count }: Extent): void {
  const skipped = lacks(['gcc']) || (!long && sampled === 0);
  describe.skipIf(skipped)(`the ${name} builder, killed`, { timeout: 3 * 3600_000 }, () => {
    let system: FaultySystem;
    let subject: CrashSubject;
    let whole: Whole | undefined;
    beforeAll(async () => {
      system = faultySystem();
      subject = await makeSubject();
    }, 1_200_000);
    afterAll(() => system[Symbol.dispose]());
    const atBoundaries = async (): Promise<readonly Kill[]> => {
      whole ??= await measure(subject, system);
      return sample(boundaries(whole.writes, faults), sampled, BOUNDARIES);
    };
    const atMoments = async (): Promise<readonly Kill[]> => {
      whole ??= await measure(subject, system);
      return sample(moments(count, whole.milliseconds), Math.ceil(sampled / 2));
    };

    test.each([
      ['every boundary of its journal', atBoundaries],
      ['any moment', atMoments],
    ])('at %s: gc leaves nothing, a fresh build succeeds', async (where, kills) => {
      const all = await kills();
      const collected = await eachOf(all, (kill) => collectAndBuild(subject, system, kill));
      const died = collected.filter((was) => was).length;
      console.info(`${name}, ${where}: ${all.length} kills and collections, ${died} of a run that was not over`);
      expect(died).toBeGreaterThanOrEqual(leastOf(all));
    });

    test.each([
      ['every boundary of its journal', atBoundaries],
      ['any moment', atMoments],
    ])('at %s: resume finishes, and nothing that had finished runs twice', async (where, kills) => {
      const all = await kills();
      const resumed = await eachOf(all, (kill) => resumeIt(subject, system, kill));
      const kept = resumed.filter((finished) => finished !== undefined);
      const halfway = kept.filter((finished) => finished > 0).length;
      console.info(`${name}, ${where}: ${all.length} kills, ${kept.length} resumed, ${halfway} of them halfway`);
      expect(kept.length).toBeGreaterThanOrEqual(leastOf(all));
    });
  });
}
