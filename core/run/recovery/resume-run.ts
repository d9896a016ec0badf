import type { Plan } from '../../plan/plan.ts';
import { markPrograms } from '../../process/run-mark.ts';
import type { BuildProgress } from '../journal/build-progress.ts';
import { claimRun } from './claim-run.ts';
import { inherit } from './inherit.ts';
import { thisOwner } from '../../locks/owner.ts';
import { openRun, RELEASE_MILLISECONDS, type RunContext } from '../run-context.ts';
import type { ResumeOptions, RunOptions } from '../run-options.ts';
import type { LeftBehind } from '../report.ts';

function withoutPostProcessors(progress: ReadonlyMap<string, BuildProgress>): ReadonlyMap<string, BuildProgress> {
  return new Map([...progress].map(([build, each]) => [build, { ...each, postProcessed: [], finished: false }]));
}

/** Opens a run that an earlier process began. Throws what `claimRun` throws. */
export async function resumeRun(plan: Plan, options: RunOptions, resume: ResumeOptions): Promise<RunContext> {
  const { runId } = resume.run;
  const claimed = await claimRun(resume.run, thisOwner());
  markPrograms(runId);
  const left: LeftBehind[] = [];
  const inheritance = await inherit(runId, claimed, {
    builds: new Set(plan.builds.map(({ displayName }) => displayName)),
    findKind: resume.findKind,
    releaseTimeout: options.releaseTimeout ?? RELEASE_MILLISECONDS,
    say: () => undefined,
    leftBehind: (entry) => void left.push(entry),
  });
  const { progress, inherited } = inheritance;
  const run = openRun(runId, plan, options, claimed.journal, {
    inherited,
    progress: resume.postProcessAgain ? withoutPostProcessors(progress) : progress,
  });
  left.forEach((entry) => run.leaveBehind(entry));
  return run;
}
