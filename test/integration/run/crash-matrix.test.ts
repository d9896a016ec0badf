import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../../support/needs.ts';
import { awakeGuest, type AwakeGuest } from './awake-guest.ts';
import { crashPlace, type CrashPlace } from './crash-place.ts';
import { fileSubject, nullSubject, qemuSubject, rootfsSubject, type CrashSubject } from './crash-subjects.ts';
import { faultySystem, type Fault, type FaultySystem } from './faulty-system.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('a sample of the crash matrix; with KILN_LONG_TESTS=1 all of it, which takes an hour or two');
const MOMENTS = Number(process.env['KILN_CRASH_MOMENTS'] ?? 200);

let system: FaultySystem;
beforeAll(() => {
  system = faultySystem();
});
afterAll(() => system[Symbol.dispose]());

/** Kiln is killed at the `at`-th write to its journal, or after so many milliseconds. */
type Kill = { readonly fault: Fault; readonly at: number } | { readonly after: number };

/** False when it came to its end before. */
async function killed(place: CrashPlace, kill: Kill): Promise<boolean> {
  const more = 'after' in kill ? { killAfter: kill.after } : { env: system.failing(kill.fault, kill.at) };
  const { code, stdout, stderr } = await place.kiln(['build', 'web.json'], more);
  if (code === null || code === 137) return true;
  expect(code, stdout + stderr).toBe(0);
  return false;
}

function everyWriter({ writers }: CrashSubject): readonly string[] {
  return Array.from({ length: writers.provisioners + writers.postProcessors }, (_, number) => String(number));
}

/** After the kill: gc leaves nothing, and a fresh build succeeds. Returns whether there was anything to remove. */
async function collectAndBuild(subject: CrashSubject, kill: Kill): Promise<boolean> {
  await using place = crashPlace(subject.template);
  await killed(place, kill);
  const open = place.records().length > 0 && !place.records().some(({ record }) => record === 'ended');
  const dry = await place.kiln(['gc', '-dry-run']);
  expect(dry.code, dry.stderr).toBe(0);
  const collected = await place.kiln(['gc']);
  expect(collected.code, collected.stdout + collected.stderr).toBe(0);
  await place.expectNothingLeft();
  if (existsSync(join(place.home, 'out'))) subject.checkOutput(place.home);
  rmSync(join(place.home, 'log'), { force: true });
  const built = await place.kiln(['build', ...(existsSync(join(place.home, 'out')) ? ['-force'] : []), 'web.json']);
  expect(built.code, built.stdout + built.stderr).toBe(0);
  subject.checkOutput(place.home);
  expect(subject.log(place.home)).toEqual(everyWriter(subject));
  await place.expectNothingLeft();
  return open;
}

/** After the kill: resume makes the right image, and what had finished does not run again. Returns how many had. */
async function resumeIt(subject: CrashSubject, kill: Kill): Promise<number | undefined> {
  await using place = crashPlace(subject.template);
  if (!(await killed(place, kill))) return undefined;
  const records = place.records();
  const id = place.runId();
  if (id === undefined || records.some(({ record }) => record === 'ended')) return undefined;
  const finished = records.filter(({ record }) => record === 'provisioned' || record === 'post-processed').length;
  const checkpointed = records.some(({ record }) => record === 'checkpoint' || record === 'artifact');
  const resumed = await place.kiln(['resume', id]);
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  subject.checkOutput(place.home);
  const log = subject.log(place.home);
  const kept = checkpointed ? finished : 0;
  // What had not finished may have begun, and then it is there twice.
  expect(log.slice(log.length - (everyWriter(subject).length - kept))).toEqual(everyWriter(subject).slice(kept));
  for (const number of everyWriter(subject).slice(0, kept)) {
    expect(log.filter((line) => line === number)).toEqual([number]);
  }
  expect((await place.kiln(['gc'])).stdout).toBe('Nothing was left behind.\n');
  await place.expectNothingLeft();
  return kept;
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

async function measure(subject: CrashSubject): Promise<Whole> {
  await using place = crashPlace(subject.template);
  const start = performance.now();
  expect((await place.kiln(['build', 'web.json'])).code).toBe(0);
  const milliseconds = performance.now() - start;
  subject.checkOutput(place.home);
  await place.expectNothingLeft();
  expect(readdirSync(place.home)).toContain('state');
  return { writes: place.records().length, milliseconds };
}

/** All of them in a long run, else some, the first and the last among them. */
function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (long || count >= all.length) return all;
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

interface Extent {
  readonly name: string;
  readonly subject: () => Promise<CrashSubject>;
  readonly faults: readonly Fault[];
  /** How many boundaries and moments without KILN_LONG_TESTS. */
  readonly sampled: number;
  readonly moments: number;
}

let guest: AwakeGuest | undefined;
afterAll(() => guest?.[Symbol.dispose]());
async function wakeQemu(): Promise<CrashSubject> {
  guest ??= await awakeGuest();
  return qemuSubject(guest);
}

const everywhere: readonly Fault[] = ['kill-before', 'kill-after', 'torn'];
const extents: readonly Extent[] = [
  { name: 'null', subject: () => Promise.resolve(nullSubject), faults: everywhere, sampled: 5, moments: MOMENTS },
  { name: 'file', subject: () => Promise.resolve(fileSubject), faults: everywhere, sampled: 5, moments: MOMENTS },
  { name: 'qemu', subject: wakeQemu, faults: ['kill-before', 'torn'], sampled: 0, moments: MOMENTS },
  { name: 'rootfs', subject: () => Promise.resolve(rootfsSubject), faults: ['kill-before'], sampled: 0, moments: 0 },
];

for (const { name, subject: makeSubject, faults, sampled, moments: count } of extents) {
  const skipped = lacks(['gcc']) || (!long && sampled === 0);
  describe.skipIf(skipped)(`the ${name} builder, killed`, { timeout: 3 * 3600_000 }, () => {
    let subject: CrashSubject;
    let whole: Whole | undefined;
    beforeAll(async () => {
      subject = await makeSubject();
    }, 300_000);
    const atBoundaries = async (): Promise<readonly Kill[]> => {
      whole ??= await measure(subject);
      return sample(boundaries(whole.writes, faults), sampled);
    };
    const atMoments = async (): Promise<readonly Kill[]> => {
      whole ??= await measure(subject);
      return sample(moments(count, whole.milliseconds), Math.ceil(sampled / 2));
    };

    test.each([
      ['every boundary of its journal', atBoundaries],
      ['any moment', atMoments],
    ])('at %s: gc leaves nothing, a fresh build succeeds', async (where, kills) => {
      const all = await kills();
      const died = (await eachOf(all, (kill) => collectAndBuild(subject, kill))).filter((was) => was).length;
      console.info(`${name}, ${where}: ${all.length} kills and collections, ${died} of a run that was not over`);
      expect(died).toBeGreaterThanOrEqual(leastOf(all));
    });

    test.each([
      ['every boundary of its journal', atBoundaries],
      ['any moment', atMoments],
    ])('at %s: resume finishes, and nothing that had finished runs twice', async (where, kills) => {
      const all = await kills();
      const kept = (await eachOf(all, (kill) => resumeIt(subject, kill))).filter((finished) => finished !== undefined);
      const halfway = kept.filter((finished) => finished > 0).length;
      console.info(`${name}, ${where}: ${all.length} kills, ${kept.length} resumed, ${halfway} of them halfway`);
      expect(kept.length).toBeGreaterThanOrEqual(leastOf(all));
    });
  });
}
