import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type OwnedProcess } from '../../../plugins/sdk/host.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';

const POLL_MILLISECONDS = 100;

/** Whether a machine that was perhaps told to shut down is gone within so many milliseconds, or when the build is cancelled. */
export async function endsByItself(id: OwnedProcess['id'], milliseconds: number, build: BuildRun): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isAlive(id)) {
    if (performance.now() >= deadline || build.signal.aborted) return false;
    await delay(POLL_MILLISECONDS, undefined, { signal: build.signal }).catch(() => undefined);
  }
  return true;
}
