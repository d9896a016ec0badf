import { CommandError, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { Deadline } from '../deadline.ts';

const ANSWER_MILLISECONDS = 60_000;
/** Beside success: Windows is going down already, and a restart is planned already. */
const ACCEPTED: readonly number[] = [0, 1115, 1190];

/** Sends the command that restarts the guest. Throws `CommandError` WINDOWS_RESTART_REFUSED when it fails. */
export async function askRestart(command: string, deadline: Deadline, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const timeout = Math.min(deadline.left(), ANSWER_MILLISECONDS);
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  try {
    const result = await communicator.exec(command, { signal, timeout, onLine });
    const { exitStatus, disconnected, outputTail } = result;
    if (disconnected || (exitStatus !== undefined && ACCEPTED.includes(exitStatus))) return;
    throw new CommandError(`the guest does not restart: the command exited with status ${String(exitStatus)}`, {
      code: 'WINDOWS_RESTART_REFUSED',
      pointer: '/restart_command',
      outputTail,
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
  } catch (error) {
    // A guest may go down without a word.
    const isGone = error instanceof CommandError && error.guest === 'lost';
    if (signal.aborted || !(isGone || error instanceof TimeoutError)) throw error;
  }
}
