import { shellWord, type ProvisionRun } from '../../../plugins/sdk/index.ts';

const LIMIT_MILLISECONDS = 30_000;

/** Never throws: a failure of the playbook says more. */
export async function removeStaging(staging: string, run: ProvisionRun): Promise<void> {
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
  try {
    const { exitStatus } = await run.communicator.exec(`rm -rf ${shellWord(staging)}`, { signal });
    if (exitStatus !== 0) run.warn(`${staging} cannot be removed from the guest`);
  } catch (error) {
    run.warn(`${staging} is left in the guest: ${error instanceof Error ? error.message : String(error)}`);
  }
}
