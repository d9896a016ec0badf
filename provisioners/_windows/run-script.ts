import { exitMessage } from '../../plugins/sdk/scripts.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, throwIfCancelled, type ExecResult, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { isGuestUnreachable } from '../../plugins/sdk/guest.ts';
import type { Script } from './read-script.ts';

/** Packer's numbers for a connection that ended before the command: over SSH, and over WinRM. */
const DISCONNECTED: readonly number[] = [2300218, 16001];
const PAUSE_MILLISECONDS = 2000;

/**
 * Does `attempt` again while the guest cannot be reached, as when it just restarts, for `timeout` milliseconds. A guest
 * that went away in the middle of a transfer counts too. Throws what the last attempt threw.
 */
export async function whileUnreachable<T>(timeout: number, run: ProvisionRun, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      throwIfCancelled(run.signal);
      const left = Math.ceil(deadline - performance.now());
      const isBroken = error instanceof CommandError && error.code === 'COMMUNICATOR_TRANSFER_FAILED';
      if (!(isGuestUnreachable(error) || isBroken) || left <= 0) throw error;
      run.debug(`the guest cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
      await delay(Math.min(PAUSE_MILLISECONDS, left), undefined, { signal: run.signal }).catch(() => undefined);
      throwIfCancelled(run.signal);
      const rest = Math.max(1, Math.ceil(deadline - performance.now()));
      await run.communicator.reconnect({ signal: run.signal, timeout: rest });
    }
  }
}

/** Runs a command and shows what it writes. */
export function runShown(command: string, run: ProvisionRun): Promise<ExecResult> {
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  return run.communicator.exec(command, { signal: run.signal, onLine });
}

/** Throws `CommandError` SCRIPT_FAILED or SCRIPT_DISCONNECTED when the script did not end as it should. */
export function judgeScript(
  result: ExecResult,
  { label, pointer }: Pick<Script, 'label' | 'pointer'>,
  codes: readonly number[],
): void {
  const { exitStatus, outputTail } = result;
  if (result.disconnected) {
    if (DISCONNECTED.some((code) => codes.includes(code))) return;
    throw new CommandError(`the connection to the guest ended while script ${label} ran`, {
      code: 'SCRIPT_DISCONNECTED',
      pointer,
      outputTail,
      hint: 'restart the guest by the windows-restart provisioner, or add 16001 to valid_exit_codes',
    });
  }
  if (exitStatus !== undefined && codes.includes(exitStatus)) return;
  const message =
    exitStatus === undefined ? `script ${label} did not say how it ended` : exitMessage(label, exitStatus, codes);
  throw new CommandError(message, {
    code: 'SCRIPT_FAILED',
    pointer,
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  });
}
