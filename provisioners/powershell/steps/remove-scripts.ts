import { powershell } from '../../../plugins/sdk/guest.ts';
import { throwIfCancelled, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { whileUnreachable } from '../../_windows/run-script.ts';

const TIMEOUT_MILLISECONDS = 60_000;
/** When the attempt is over already; less than what the engine waits then. */
const LAST_MILLISECONDS = 20_000;

/** Removes scripts from the guest, also when the attempt was ended; a guest that is gone for good keeps them. */
export async function removeScripts(paths: readonly string[], run: ProvisionRun): Promise<void> {
  if (paths.length === 0) return;
  const { communicator } = run;
  const limit = run.signal.aborted ? LAST_MILLISECONDS : TIMEOUT_MILLISECONDS;
  const signal = run.signal.aborted ? AbortSignal.timeout(limit) : run.signal;
  const removals = paths.map(
    (path) => `Remove-Item -LiteralPath ${powershell.word(path)} -Force -ErrorAction SilentlyContinue`,
  );
  const command = powershell.command(`$ProgressPreference='SilentlyContinue'\n${removals.join('\n')}\nexit 0`);
  try {
    await whileUnreachable(limit, { ...run, signal }, () => communicator.exec(command, { signal, timeout: limit }));
  } catch (error) {
    if (signal === run.signal) throwIfCancelled(signal);
    run.warn(
      `scripts were left in the guest (${paths.join(', ')}): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
