import { readdirSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runsDirectory } from '../../directories/state-directory.ts';

const REMEMBERED_RUNS = 100;
const CLEAN = 'clean';

/** Notes that a run has ended and left nothing, so that its directory may go some day. */
export function markClean(runDirectory: string): void {
  writeFileSync(join(runDirectory, CLEAN), '', { mode: 0o600 });
}

/** Removes the directories of all but the last 100 runs that left nothing. */
export async function forgetOldRuns(state: string): Promise<void> {
  const runs = runsDirectory(state);
  const names = readdirSync(runs);
  if (names.length <= REMEMBERED_RUNS) return;
  const marks = await Promise.all(
    names.map(async (name) => {
      const mark = await stat(join(runs, name, CLEAN)).catch(() => undefined);
      return mark === undefined ? undefined : { name, time: mark.mtimeMs };
    }),
  );
  const clean = marks.filter((mark) => mark !== undefined).sort((a, b) => b.time - a.time);
  for (const { name } of clean.slice(REMEMBERED_RUNS)) await rm(join(runs, name), { recursive: true, force: true });
}
