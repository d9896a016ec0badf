import { powershellCommand, powershellWord, throwIfCancelled, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { whileUnreachable } from '../../_windows/run-script.ts';

const TIMEOUT_MILLISECONDS = 60_000;

/** Removes scripts from the guest; a guest that is gone for good keeps them. */
export async function removeScripts(paths: readonly string[], run: ProvisionRun): Promise<void> {
  const { signal, communicator } = run;
  const removals = paths.map(
    (path) => `Remove-Item -LiteralPath ${powershellWord(path)} -Force -ErrorAction SilentlyContinue`,
  );
  const command = powershellCommand(`$ProgressPreference='SilentlyContinue'\n${removals.join('\n')}\nexit 0`);
  try {
    await whileUnreachable(TIMEOUT_MILLISECONDS, run, () =>
      communicator.exec(command, { signal, timeout: TIMEOUT_MILLISECONDS }),
    );
  } catch (error) {
    throwIfCancelled(signal);
    run.warn(
      `scripts were left in the guest (${paths.join(', ')}): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
