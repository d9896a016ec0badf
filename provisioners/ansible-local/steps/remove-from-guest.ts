import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';

const LIMIT_MILLISECONDS = 30_000;

/** Never throws: a failure of the playbook says more. */
export async function removeFromGuest(path: string, run: ProvisionRun): Promise<void> {
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
  try {
    const { exitStatus } = await run.communicator.exec(`rm -rf ${shellWord(path)}`, { signal });
    if (exitStatus !== 0) run.warn(`${path} cannot be removed from the guest`);
  } catch (error) {
    run.warn(`${path} is left in the guest: ${error instanceof Error ? error.message : String(error)}`);
  }
}
