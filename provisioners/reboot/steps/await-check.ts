import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';

const PAUSE_MILLISECONDS = 1000;

/** Runs the command until it exits with 0. Throws `TimeoutError` REBOOT_CHECK_TIMEOUT, which has its last words. */
export async function awaitCheck(command: string, deadline: number, timeout: number, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  let last = 'it did not end';
  for (;;) {
    const left = Math.ceil(deadline - performance.now());
    if (left <= 0) {
      throw new TimeoutError(`the guest's check_command did not succeed within ${timeout / 1000} s: ${last}`, {
        code: 'REBOOT_CHECK_TIMEOUT',
        pointer: '/check_command',
      });
    }
    try {
      const { exitStatus, outputTail } = await communicator.exec(command, { signal, timeout: left });
      if (exitStatus === 0) return;
      last = `exit status ${String(exitStatus ?? 'unknown')} ${outputTail.trim()}`.trim();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof TimeoutError)) throw error;
    }
    await delay(Math.min(PAUSE_MILLISECONDS, Math.max(0, left)), undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}
