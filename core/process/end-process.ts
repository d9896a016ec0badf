import { setTimeout as delay } from 'node:timers/promises';
import { StepError } from '../errors/errors.ts';
import { isAlive, isGroupAlive, type ProcessId } from './identity.ts';
import { signalGroup, signalRestOfGroup } from './spawn.ts';

/** Between SIGTERM and SIGKILL. */
export const DEFAULT_GRACE_MILLISECONDS = 5000;
const POLL_MILLISECONDS = 20;

async function untilNot(isThere: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isThere()) {
    if (performance.now() >= deadline) return false;
    await delay(POLL_MILLISECONDS);
  }
  return true;
}

/**
 * SIGKILL to what is left of a group whose leader has ended; resolves when all of it is gone, or five seconds have passed:
 * the kernel takes its time to end a process that waits for a disk.
 */
export async function endRestOfGroup(group: number): Promise<void> {
  if (signalRestOfGroup(group)) await untilNot(() => isGroupAlive(group), DEFAULT_GRACE_MILLISECONDS);
}

/**
 * SIGTERM to the process and its group, SIGKILL when the grace has passed, and to what is left of the group then; nothing
 * when the process has ended before. Throws `StepError` PROCESS_STUCK when not even that helps.
 */
export async function endProcess(id: ProcessId, graceMilliseconds: number): Promise<void> {
  if (!isAlive(id)) return;
  signalGroup(id.pid, 'SIGTERM');
  if (!(await untilNot(() => isAlive(id), graceMilliseconds))) signalGroup(id.pid, 'SIGKILL');
  const gone = await untilNot(() => isAlive(id), DEFAULT_GRACE_MILLISECONDS);
  await endRestOfGroup(id.pid);
  if (gone) return;
  throw new StepError(`process ${id.pid} does not end, not even by SIGKILL`, { code: 'PROCESS_STUCK' });
}
