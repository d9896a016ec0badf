import { statSync } from 'node:fs';
import type { RunListing } from '../../run/journal/run-listing.ts';
import { isResumable, reportOf } from '../../run/recovery/choose-run.ts';
import { shortId } from '../../text/short-id.ts';
import { ageText } from '../../ui/age-text.ts';
import { clockText, sizeText } from '../../ui/live/words.ts';

/** "running", "dead", or how the run ended; "removed" of one that died and whose things `kiln gc` has removed. */
function wordFor({ state, outcome = 'ended' }: RunListing): string {
  if (state !== 'ended') return state;
  return outcome === 'dead' ? 'removed' : outcome;
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

async function row(run: RunListing, now: number): Promise<readonly string[]> {
  const report = await reportOf(run);
  const files = report?.builds.flatMap(({ artifacts }) => artifacts.flatMap((artifact) => artifact.files)) ?? [];
  const size = sizeOf([...new Set(files)]);
  const took = report?.milliseconds ?? (run.state === 'running' ? now - run.started : undefined);
  const notes = [...(isResumable(run) ? ['resumable'] : []), ...(run.open.some(({ held }) => held) ? ['kept'] : [])];
  return [
    shortId(run.runId),
    ageText(run.started, now),
    wordFor(run),
    took === undefined ? '' : clockText(took),
    size === 0 ? '' : sizeText(size),
    notes.join(', '),
    run.template,
  ];
}

/** A line for each run: id, age, how it ended, duration, size of what it made, whether it is resumable, template. */
export async function runRows(runs: readonly RunListing[], now: number): Promise<readonly string[]> {
  const rows = await Promise.all(runs.map((run) => row(run, now)));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => (widths[column] ?? 0) > 0)
      .join('  ')
      .trimEnd(),
  );
}
