import { readFile } from 'node:fs/promises';
import { DEFAULT_GRACE_MILLISECONDS, endProcess } from './end-process.ts';
import { findByEnvironment } from './identity.ts';

const RUN_VARIABLE = 'KILN_RUN_ID';

/** Lets every program that is started from now on be known as one of this run, should Kiln die before it. */
export function markPrograms(runId: string): void {
  process.env[RUN_VARIABLE] = runId;
}

async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'program')).trim();
}

/**
 * Ends the programs of a run whose Kiln has died, but for those in `spared`, and tells which they were. Throws
 * `StepError` PROCESS_STUCK.
 */
export async function endProgramsOf(runId: string, spared: readonly number[] = []): Promise<readonly string[]> {
  const kept = [process.pid, ...spared];
  const found = (await findByEnvironment(RUN_VARIABLE, runId)).filter(({ pid }) => !kept.includes(pid));
  return Promise.all(
    found.map(async (id) => {
      const name = await nameOf(id.pid);
      await endProcess(id, DEFAULT_GRACE_MILLISECONDS);
      return `${name} (process ${id.pid})`;
    }),
  );
}
