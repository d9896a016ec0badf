import { expect } from 'vitest';
import { NEVER, replyLost, type Fault } from '../support/cloud/faults.ts';
import type { KilnPlace, Running } from './kiln-place.ts';

/** A test cloud, as far as a kill is about it. */
interface KilledCloud {
  readonly calls: readonly { readonly call: string }[];
  leftovers(): readonly unknown[];
}

/** The call is carried out without a reply, and the next attempt hangs. */
export function unanswered(call: string): readonly Fault[] {
  return [replyLost(call), { call, skip: 1, delay: NEVER }];
}

/** Kills a Kiln once it has made a call so many times. */
export async function killAfter(
  times: number,
  call: string,
  cloud: KilledCloud,
  { child, ended }: Running,
): Promise<void> {
  const made = (): number => cloud.calls.filter((each) => each.call === call).length;
  await expect.poll(made, { timeout: 120_000 }).toBe(times);
  child.kill('SIGKILL');
  await ended;
}

/** Has `kiln gc` take away what is left. */
export async function collect(cloud: KilledCloud, place: Pick<KilnPlace, 'start'>): Promise<void> {
  const collected = await place.start('gc').ended;
  expect(cloud.leftovers(), collected.output).toEqual([]);
  expect(collected.code, collected.output).toBe(0);
}
