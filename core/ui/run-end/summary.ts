import { statSync } from 'node:fs';
import type { Artifact } from '../../contract/artifact.ts';
import { failureDetails } from './failure-text.ts';
import { ofBuild } from '../of-build.ts';
import { shortStep } from '../short-step.ts';
import type { RunRecord } from './run-record.ts';
import { durationText, shortDuration } from '../time-text.ts';

function sizeText(path: string): string {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return '';
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 0.1 ? `  (${bytes} ${bytes === 1 ? 'byte' : 'bytes'})` : `  (${mebibytes.toFixed(1)} MiB)`;
}

/** Files that the artifact's own words do not name already. */
function fileLines({ files, description }: Artifact): readonly string[] {
  return files.filter((path) => !description.includes(path)).map((path) => `      ${path}${sizeText(path)}`);
}

/** Of shorter steps that went well nobody needs to read, in milliseconds. */
const SHORT_STEP = 1000;

/** How long each step took, a table for each build; the short ones with `all` only. */
export function stepLines({ steps, finished }: RunRecord, all: boolean): readonly string[] {
  return finished.flatMap(({ build }) => {
    const own = steps.filter((step) => step.build === build);
    const told = own.filter(
      ({ milliseconds, outcome }) => all || milliseconds >= SHORT_STEP || outcome !== 'succeeded',
    );
    if (told.length === 0) return [];
    const rows = told.map((event) => {
      const { milliseconds, outcome } = event;
      const mark = outcome === 'succeeded' ? '' : `  (${outcome})`;
      return `    ${shortDuration(milliseconds).padStart(12)}  ${shortStep(event)}${mark}`;
    });
    return [`==> Steps of '${build}':`, ...rows];
  });
}

/** "Build 'qemu.web' finished after 1 minute 2 seconds." */
export function finishedLine(event: RunRecord['finished'][number]): string {
  const { build, outcome, milliseconds, failure } = event;
  const after = durationText(milliseconds);
  switch (outcome) {
    case 'succeeded':
      return `Build '${build}' finished after ${after}.`;
    case 'failed':
      return `Build '${build}' errored after ${after}: ${failure?.message ?? 'unknown'}`;
    case 'cancelled':
      return `Build '${build}' was cancelled after ${after}.`;
    case 'skipped':
      return `Build '${build}' was not started${failure === undefined ? '.' : `: ${failure.message}`}`;
  }
}

/** A failed build with all that is known of its failure. */
export function errorLines({ finished }: RunRecord): readonly string[] {
  return finished.flatMap(({ build, failure }) =>
    failure === undefined
      ? []
      : (failure.each ?? [failure]).flatMap((one) => [`--> ${build}: ${one.message}`, ...failureDetails(one)]),
  );
}

/** What was made and where, of builds that came to this end; in the order of the builds' names. */
export function artifactLines({ finished }: RunRecord, end: 'succeeded' | 'failed'): readonly string[] {
  return finished
    .filter(({ failure }) => (failure === undefined) === (end === 'succeeded'))
    .sort((a, b) => (a.build < b.build ? -1 : 1))
    .flatMap(({ build, artifacts }) =>
      artifacts.flatMap((artifact) => [`--> ${build}: ${artifact.description}`, ...fileLines(artifact)]),
    );
}

/** What could not be given back, and how to. */
export function leftBehindLines({ leftBehind }: Pick<RunRecord, 'leftBehind'>): readonly string[] {
  if (leftBehind.length === 0) return [];
  return [
    '==> These things were left behind:',
    ...leftBehind.map(({ build, what, reason }) => `--> ${ofBuild(build, what)}: ${reason}`),
    '    "kiln gc" tries again to remove what could not be; "kiln gc -held RUN" removes what was kept.',
  ];
}
