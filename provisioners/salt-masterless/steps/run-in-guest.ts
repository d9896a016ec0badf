import type { ExecResult, ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost } from '../../../plugins/sdk/guest.ts';

/** Runs shell text in the guest with its output shown. Throws `CommandError` COMMUNICATOR_LOST when the guest goes away. */
export async function runInGuest(
  command: string,
  run: ProvisionRun,
  read?: (line: string) => void,
): Promise<ExecResult> {
  const result = await run.communicator.exec(command, {
    signal: run.signal,
    onLine: (stream, line) => {
      read?.(line);
      run.output(stream, line);
    },
  });
  if (result.disconnected) {
    throw guestLost('the connection to the guest ended while Salt ran', {
      outputTail: result.outputTail,
    });
  }
  return result;
}

/** The details of an error about a command that ended other than it should. */
export function outcome({ exitStatus, outputTail }: ExecResult): { exitStatus?: number; outputTail: string } {
  return { outputTail, ...(exitStatus === undefined ? {} : { exitStatus }) };
}
