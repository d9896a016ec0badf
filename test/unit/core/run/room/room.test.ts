import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Load } from '../../../../../core/contract/component.ts';
import type { PlannedBuild } from '../../../../../core/plan/plan.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import { admission } from '../../../../../core/run/room/admission.ts';
import { roomHere } from '../../../../../core/run/room/room.ts';
import { buildForTest, planForTest, testRun } from '../../../../support/plan-for-test.ts';

const total: Load = { memory: 100, processors: 4 };

/** Builds that note who runs at once, and go on running until something has happened. */
function loaded(
  name: string,
  load: Load,
  { running, seen }: { readonly running: Set<string>; readonly seen: string[] },
  until: () => boolean = () => true,
): PlannedBuild {
  const build = buildForTest(name, async () => {
    running.add(name);
    seen.push([...running].sort().join('+'));
    while (!until()) await delay(1);
    running.delete(name);
  });
  return { ...build, builder: { ...build.builder, load: () => ({ ...load }) } };
}

it('builds run at once as far as memory and processors go, in order, and say that they wait', async () => {
  await using test = await testRun({ room: total });
  const [running, seen] = [new Set<string>(), [] as string[]];
  const notes = { running, seen };
  const waiting = (): readonly string[] =>
    test.texts().filter((text) => text.startsWith('waiting until other builds leave room'));
  const builds = [
    loaded('a', { memory: 60, processors: 1 }, notes, () => seen.includes('a+b') && waiting().length === 2),
    loaded('b', { memory: 30, processors: 1 }, notes, () => seen.includes('a+b') && !running.has('a')),
    loaded('c', { memory: 30, processors: 1 }, notes),
    loaded('d', { memory: 1, processors: 4 }, notes),
  ];
  const report = await runPlan(planForTest(builds), test.options);
  expect(report.outcome).toBe('succeeded');
  // Either of the two may be the first at its builder.
  expect(seen[1]).toBe('a+b');
  expect(seen.filter((names) => names.includes('a') && names.includes('c'))).toEqual([]);
  expect(seen.at(-1)).toBe('d');
  expect(waiting()).toHaveLength(2);
});

it('a build that is larger than the machine runs alone; builds without a load do not wait for it', async () => {
  const inRoom = admission({ limit: 0, total, signal: new AbortController().signal });
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    await delay(20);
    order.push(`${name} ends`);
  };
  await Promise.all([
    inRoom({ memory: 1000, processors: 1 }, () => undefined, work('large')),
    inRoom({ memory: 10, processors: 1 }, () => order.push('small waits'), work('small')),
    inRoom(undefined, () => undefined, work('light')),
  ]);
  expect(order.indexOf('small begins')).toBeGreaterThan(order.indexOf('large ends'));
  expect(order.indexOf('light begins')).toBeLessThan(order.indexOf('large ends'));
  expect(order).toContain('small waits');
});

it('work that fails leaves its room', async () => {
  const inRoom = admission({ limit: 0, total, signal: new AbortController().signal });
  const load = { memory: 100, processors: 1 };
  await expect(
    inRoom(
      load,
      () => undefined,
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');
  expect(
    await inRoom(
      { ...load },
      () => undefined,
      () => Promise.resolve('room'),
    ),
  ).toBe('room');
});

it('the room is what this machine has', () => {
  const { memory, processors } = roomHere();
  expect(memory).toBeGreaterThan(2 ** 20);
  expect(processors).toBeGreaterThanOrEqual(2);
});

it('as many builds as were asked for run at once on however few processors, if the memory is enough', async () => {
  await using test = await testRun({ room: total, parallelBuilds: 3 });
  const [running, seen] = [new Set<string>(), [] as string[]];
  const notes = { running, seen };
  const text = 'waiting until other builds leave room: it needs 1 MiB';
  const together = (): boolean => seen.includes('a+b') && test.texts().includes(text);
  const builds = [
    loaded('a', { memory: 20, processors: 4 }, notes, together),
    loaded('b', { memory: 20, processors: 4 }, notes, together),
    loaded('c', { memory: 90, processors: 4 }, notes),
  ];
  expect((await runPlan(planForTest(builds), test.options)).outcome).toBe('succeeded');
  // Either of the two may be the first at its builder.
  expect(seen.slice(1)).toEqual(['a+b', 'c']);
  expect(test.texts()).toContain(text);
});
