import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { Deadline } from '../deadline.ts';

const PAUSE_MILLISECONDS = 1000;

/** Runs the command until it exits with 0. Throws as `Deadline.check` does, with the command's last words. */
export async function awaitCheck(command: string, deadline: Deadline, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  for (;;) {
    let state = 'restart_check_command does not end';
    try {
      const result = await communicator.exec(command, { signal, timeout: deadline.left(), onLine });
      if (result.exitStatus === 0) return;
      const words = result.outputTail.trim();
      state = `restart_check_command exits with status ${String(result.exitStatus ?? 'unknown')} ${words}`.trim();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof TimeoutError || error instanceof CommandError)) throw error;
      run.debug(error.message);
    }
    await delay(Math.min(PAUSE_MILLISECONDS, deadline.left()), undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
    deadline.check(state);
  }
}
