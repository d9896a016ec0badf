import { CommandError, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';

/** A guest may go down without a word on the connection. */
const ANSWER_MILLISECONDS = 30_000;

/** Sends the command that restarts the guest. Throws `CommandError` REBOOT_REFUSED when it fails. */
export async function askRestart(command: string, deadline: number, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const timeout = Math.max(1, Math.min(ANSWER_MILLISECONDS, Math.ceil(deadline - performance.now())));
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  try {
    const { exitStatus, signalName, disconnected, outputTail } = await communicator.exec(command, {
      signal,
      timeout,
      onLine,
    });
    // A shell that is ended by the restart itself has done its work.
    if (disconnected || exitStatus === 0 || signalName !== undefined) return;
    throw new CommandError(`the guest does not restart: the command exited with status ${String(exitStatus)}`, {
      code: 'REBOOT_REFUSED',
      pointer: '/reboot_command',
      outputTail,
      hint: 'restarting needs root: reboot_command says how to become root',
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
  } catch (error) {
    const isGone = error instanceof CommandError && error.guest === 'lost';
    if (signal.aborted || !(isGone || error instanceof TimeoutError)) throw error;
  }
}
