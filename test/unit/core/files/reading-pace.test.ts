import { expect, test } from 'vitest';
import { joinReading } from '../../../../plugins/sdk/files.ts';

const MIB = 1_048_576;
const file = import.meta.filename;

async function isWaiting(work: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => false), new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 60))]);
}

test('one who is far ahead waits until the others come', async () => {
  using fast = await joinReading(file);
  using slow = await joinReading(file);
  expect(await isWaiting(fast.reach(60 * MIB))).toBe(false);
  const ahead = fast.reach(100 * MIB);
  expect(await isWaiting(ahead)).toBe(true);
  await slow.reach(50 * MIB);
  await ahead;
});

test('nobody waits for one who has ended, who came late, or who does not move', async () => {
  using fast = await joinReading(file);
  const ended = await joinReading(file);
  const ahead = fast.reach(100 * MIB);
  ended[Symbol.dispose]();
  await ahead;
  using late = await joinReading(file);
  await late.reach(1);
  expect(await isWaiting(fast.reach(300 * MIB))).toBe(false);
  using first = await joinReading(`${import.meta.dirname}/expand-glob.test.ts`);
  using stuck = await joinReading(`${import.meta.dirname}/expand-glob.test.ts`);
  await stuck.reach(1);
  const started = performance.now();
  await first.reach(500 * MIB);
  expect(performance.now() - started).toBeGreaterThan(900);
});
