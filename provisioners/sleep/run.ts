import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { SleepProvisionerConfig } from './config.gen.ts';

/** Node's timers fire at once when they are set to more. */
const LONGEST_TIMER = 2_147_483_647;

export async function provision({ duration }: SleepProvisionerConfig, run: ProvisionRun): Promise<void> {
  run.say(`waiting ${duration / 1000} s`);
  for (let left = duration; left > 0; left -= LONGEST_TIMER) {
    await delay(Math.min(left, LONGEST_TIMER), undefined, { signal: run.signal }).catch(() => undefined);
    throwIfCancelled(run.signal);
  }
}
