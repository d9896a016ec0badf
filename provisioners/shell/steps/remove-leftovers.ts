import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { removeFiles, type GuestPaths } from '../guest-command.ts';

const LIMIT_MILLISECONDS = 10_000;

/** After a script whose command did not come to its end, where it removes its files. Never throws. */
export async function removeLeftovers(paths: GuestPaths, run: ProvisionRun): Promise<void> {
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
  const removed = await run.communicator.exec(removeFiles(paths), { signal }).catch(() => undefined);
  if (removed?.exitStatus === 0) return;
  const left = [paths.script, paths.variables, paths.command].filter((path) => path !== undefined);
  run.warn(`${left.join(', ')} may be left in the guest`);
}
