import { expect } from 'vitest';
import { pseudoRandom } from '../../support/kiln/pseudo-random.ts';
import type { LabProject } from '../../support/openstack-lab/project.ts';
import { crashPlace, type CrashPlace } from '../run/crash-place.ts';
import { faultySystem, type FaultySystem } from '../run/faulty-system.ts';

/** Kiln is killed around a write to its journal, or after so many milliseconds. */
type Kill = { readonly fault: 'kill-before' | 'kill-after'; readonly write: number } | { readonly after: number };

/** What is killed, and where the independent client looks afterwards. */
export interface Killed {
  readonly project: LabProject;
  readonly template: (home: string) => object;
  /** Removes the image of a build that has come to its end. */
  readonly removeOutput: () => Promise<void>;
}

function placeOf({ project, template }: Killed): CrashPlace {
  return crashPlace(template, project.environment);
}

/** How many records a whole build writes, and how long it takes. */
async function measure(killed: Killed): Promise<{ readonly writes: number; readonly milliseconds: number }> {
  await using place = placeOf(killed);
  const start = performance.now();
  const { code, stdout, stderr } = await place.kiln(['build', 'web.json']);
  expect(code, stdout + stderr).toBe(0);
  const milliseconds = performance.now() - start;
  await killed.removeOutput();
  expect(await killed.project.left()).toEqual([]);
  return { writes: place.records().length, milliseconds };
}

/** So many boundaries of the journal, the first and the last among them. */
function boundaries(count: number, writes: number): readonly Kill[] {
  return Array.from({ length: count }, (_, index) => ({
    fault: index % 2 === 0 ? 'kill-before' : 'kill-after',
    write: 1 + Math.round((index * (writes - 1)) / (count - 1)),
  }));
}

/** Kills one build, and has `kiln gc` take away what is left. False when the build was over before. */
async function killAndCollect(kill: Kill, killed: Killed, system: FaultySystem): Promise<boolean> {
  await using place = placeOf(killed);
  const more = 'after' in kill ? { killAfter: kill.after } : { env: system.failing(kill.fault, kill.write) };
  const { code, stdout, stderr } = await place.kiln(['build', 'web.json'], more);
  const died = code === null || code === 137;
  if (!died) expect(code, stdout + stderr).toBe(0);
  const collected = await place.kiln(['gc']);
  expect(collected.code, collected.stdout + collected.stderr).toBe(0);
  const over = place.records().some(({ record }) => record === 'kept');
  if (over) await killed.removeOutput();
  expect(await killed.project.left(), collected.stdout + collected.stderr).toEqual([]);
  return died;
}

/**
 * Kills Kiln at so many boundaries of its journal and at as many random moments; after each, `kiln gc` must leave nothing,
 * as the independent client sees it. All are done, and then the failures are told together.
 */
export async function killEverywhere(count: number, killed: Killed): Promise<void> {
  using system = faultySystem();
  const whole = await measure(killed);
  console.info(`a whole build writes ${whole.writes} records in ${(whole.milliseconds / 1000).toFixed(1)} s`);
  const failures: string[] = [];
  const died = { boundaries: 0, moments: 0 };
  const tryOne = async (kill: Kill): Promise<boolean> => {
    try {
      return await killAndCollect(kill, killed, system);
    } catch (error) {
      failures.push(`after ${JSON.stringify(kill)}: ${error instanceof Error ? error.message : String(error)}`);
      console.error(failures.at(-1));
      return false;
    }
  };
  for (const kill of boundaries(count, whole.writes)) if (await tryOne(kill)) died.boundaries += 1;
  const random = pseudoRandom(7);
  // How long a build takes depends on how busy the machine is: a moment that came too late is no moment.
  let longest = whole.milliseconds;
  for (let tries = 0; died.moments < count && tries < count * 3; tries += 1) {
    const after = random() * longest;
    if (await tryOne({ after })) died.moments += 1;
    else longest = Math.min(longest, after);
  }
  console.info(`killed at ${died.boundaries} boundaries and ${died.moments} moments, ${failures.length} failures`);
  expect(failures).toEqual([]);
  expect(died).toEqual({ boundaries: count, moments: count });
}
