import { expect } from 'vitest';
import { replyLost, type Fault, type TestEc2 } from '../../support/ec2/index.ts';
import type { Shop } from './shop.ts';

type Running = ReturnType<Shop['start']>;

/** More than any test waits. */
const NEVER = 120_000;

/** The call is carried out without a reply, and the next attempt hangs. */
export function unanswered(call: string): readonly Fault[] {
  return [replyLost(call), { call, skip: 1, delay: NEVER }];
}

/** Kills a Kiln once it has made a call so many times. */
export async function killAfter(times: number, call: string, ec2: TestEc2, { child, ended }: Running): Promise<void> {
  const made = (): number => ec2.calls.filter((each) => each.call === call).length;
  await expect.poll(made, { timeout: 120_000 }).toBe(times);
  child.kill('SIGKILL');
  await ended;
}

/** Kills a build in the second attempt of a call that is `unanswered`, and has `kiln gc` take away what is left. */
export async function killAndCollect(call: string, builder: object, place: Shop): Promise<void> {
  await killAfter(2, call, place.ec2, place.start('build', place.template(builder)));
  const collected = await place.start('gc').ended;
  expect(place.ec2.leftovers(), collected.output).toEqual([]);
  expect(collected.code).toBe(0);
}
