import { setTimeout as delay } from 'node:timers/promises';
import { StepError } from '../errors/errors.ts';
import { isAlive, type ProcessId } from './identity.ts';
import { signalGroup } from './spawn.ts';

/** Between SIGTERM and SIGKILL. */
export const DEFAULT_GRACE_MILLISECONDS = 5000;
const POLL_MILLISECONDS = 20;

async function goneWithin(id: ProcessId, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isAlive(id)) {
    if (performance.now() >= deadline) return false;
    await delay(POLL_MILLISECONDS);
  }
  return true;
}

/**
 * SIGTERM to the process and its group, SIGKILL when the grace has passed; nothing when it has ended before. Throws
 * `StepError` PROCESS_STUCK when not even that helps.
 */
export async function endProcess(id: ProcessId, graceMilliseconds: number): Promise<void> {
  if (!isAlive(id)) return;
  signalGroup(id.pid, 'SIGTERM');
  if (await goneWithin(id, graceMilliseconds)) return;
  signalGroup(id.pid, 'SIGKILL');
  if (await goneWithin(id, DEFAULT_GRACE_MILLISECONDS)) return;
  throw new StepError(`process ${id.pid} does not end, not even by SIGKILL`, { code: 'PROCESS_STUCK' });
}
