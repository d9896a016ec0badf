import { adoptProcess } from '../../../plugins/sdk/host.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { RunningMachine } from '../checkpoint.ts';
import { machineOf, watchMachine, type Machine } from '../machine/machine.ts';
import { connectQmp } from '../machine/qmp.ts';

/** Takes over a machine that the Kiln before had started. Throws `StepError` RESUME_LOST when it does not run. */
export async function findMachine({ process, places, hostPort }: RunningMachine, build: BuildRun): Promise<Machine> {
  const owned = adoptProcess(build, process);
  const watch = watchMachine(owned, places.consoleFile, places.logFile);
  try {
    const qmp = await connectQmp(places.monitorSocket, AbortSignal.any([watch.failed, build.signal]), watch.onEvent);
    build.noteFile('console', places.consoleFile);
    return machineOf(owned, watch, qmp, places, hostPort ?? undefined, (what, path) => build.noteFile(what, path));
  } catch (error) {
    if (!watch.failed.aborted) throw error;
    throw new StepError('the machine does not run any more', {
      code: 'RESUME_LOST',
      hint: 'build the template anew; "kiln gc -held" removes what is left of it',
      cause: error,
    });
  }
}
