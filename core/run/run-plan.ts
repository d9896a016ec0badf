import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors/errors.ts';
import type { Outcome } from '../events/event.ts';
import type { Plan } from '../plan/plan.ts';
import { markPrograms } from '../process/run-mark.ts';
import { createJournal } from './journal/journal.ts';
import { startHeartbeat, thisOwner } from '../locks/owner.ts';
import { forgetValues, writeInvocation } from './journal/invocation.ts';
import { writePlugins } from './journal/run-plugins.ts';
import { newId } from '../text/new-id.ts';
import { forgetOldRuns, markClean } from './recovery/old-runs.ts';
import { openRun, type RunContext } from './run-context.ts';
import { maskedReport } from './masked-report.ts';
import { protectPlaces } from './output/protected-places.ts';
import { runBuilds } from './run-builds.ts';
import type { BuildResult } from './build/run-build.ts';
import type { RunOptions } from './run-options.ts';
import type { RunReport } from './report.ts';
import { reasonOf, type Disposition } from './scope/scope-item.ts';

export type { OnError, RunOptions } from './run-options.ts';
export type { BuildReport, RunReport } from './report.ts';

function checkOptions(plan: Plan, options: RunOptions): void {
  const { onError, ask, parallelBuilds = 0 } = options;
  if (plan.builds.length === 0) throw new UsageError('there are no builds to run', { code: 'NO_BUILDS' });
  if (!Number.isSafeInteger(parallelBuilds) || parallelBuilds < 0) {
    throw new UsageError('-parallel-builds is a whole number, 0 or more', { code: 'FLAG_VALUE' });
  }
  if (onError === 'ask' && ask === undefined) {
    throw new UsageError('-on-error=ask needs a terminal to ask at', {
      code: 'ASK_WITHOUT_TERMINAL',
      hint: 'use -on-error=cleanup, or -on-error=keep to look at a failed machine',
    });
  }
}

/** The one that leaves most: the run's own things serve whatever was left, if anything was. */
function strongest(run: RunContext, results: readonly BuildResult[]): Disposition {
  if (run.leftBehind.length === 0) return 'release';
  const all = results.map(({ disposition }) => disposition);
  if (all.includes('hold')) return 'hold';
  return all.includes('leave') ? 'leave' : 'release';
}

function outcomeOf(run: RunContext, results: readonly BuildResult[]): Outcome {
  const outcomes = results.map(({ report }) => report.outcome);
  if (outcomes.includes('failed')) return 'failed';
  if (run.options.signal.aborted && outcomes.some((outcome) => outcome !== 'succeeded')) return 'cancelled';
  if (outcomes.includes('cancelled')) return 'cancelled';
  return outcomes.includes('skipped') ? 'failed' : 'succeeded';
}

/** What is known of a run afterwards is a convenience: a full disk must not fail a build that is done. */
async function writeReport(run: RunContext, report: RunReport): Promise<string | undefined> {
  const path = join(run.journal.directory, 'report.json');
  try {
    writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
    await run.journal.write({ record: 'ended', outcome: report.outcome });
    if (report.leftBehind.length === 0) markClean(run.journal.directory);
    await forgetOldRuns(run.options.stateDirectory);
    return path;
  } catch (error) {
    run.emit({ type: 'message', level: 'warning', text: `the run's report is incomplete: ${reasonOf(error)}` });
    return undefined;
  }
}

async function beginRun(plan: Plan, options: RunOptions, started: number): Promise<RunContext> {
  if (options.resume !== undefined) {
    const { resumeRun } = await import('./recovery/resume-run.ts');
    return resumeRun(plan, options, options.resume);
  }
  const runId = newId();
  const first = {
    record: 'run',
    format: 1,
    runId,
    owner: thisOwner(),
    template: plan.templatePath,
    started,
  } as const;
  let lost: unknown;
  const journal = await createJournal(options.stateDirectory, first, (directory) => {
    try {
      if (options.plugins !== undefined) writePlugins(directory, options.plugins);
      if (options.invocation !== undefined) writeInvocation(directory, options.invocation);
    } catch (error) {
      lost = error;
    }
  });
  markPrograms(runId);
  const run = openRun(runId, plan, options, journal, {
    progress: new Map(),
    inherited: { run: [], builds: new Map() },
  });
  if (lost !== undefined) {
    const text = `this run cannot be resumed later: ${reasonOf(lost)}`;
    run.emit({ type: 'message', level: 'warning', text });
  }
  return run;
}

/**
 * Runs all builds of a plan, or goes on with those of an earlier run (`resume`). What fails is in the report; throws only `UsageError` for options that do not fit,
 * or a run that another process has, and `StepError` JOURNAL_FAILED when the journal cannot be begun.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunReport> {
  checkOptions(plan, options);
  const started = Date.now();
  const clock = performance.now();
  const template = plan.templatePath;
  protectPlaces('the template', template === '-' ? [] : [template]);
  protectPlaces("Kiln's state", [options.stateDirectory]);
  protectPlaces('the cache', [options.cacheDirectory]);
  const run = await beginRun(plan, options, started);
  const { runId, journal } = run;
  using _heartbeat = startHeartbeat(journal.directory);
  options.watchOutstanding?.(() =>
    run.scope.outstanding().map(({ build, what }) => ({ build, what: run.mask.text(what) })),
  );
  run.emit({ type: 'run-started', runId, builds: plan.builds.map(({ displayName }) => displayName) });
  const results = await runBuilds(run, run.debug ? 1 : (options.parallelBuilds ?? 0));
  const disposition = strongest(run, results);
  await run.scope.close(disposition, 'kept for what the failed builds left');
  const outcome = outcomeOf(run, results);
  const milliseconds = Math.round(performance.now() - clock);
  const builds = results.map((result) => result.report);
  const { leftBehind, mask } = run;
  const report = maskedReport({ runId, template, outcome, started, milliseconds, builds, leftBehind }, mask);
  const path = await writeReport(run, report);
  if (outcome === 'succeeded') await forgetValues(journal.directory).catch(() => undefined);
  await journal.close();
  const written = path === undefined ? {} : { report: path };
  run.emit({ type: 'run-finished', runId, outcome, milliseconds, ...written });
  return report;
}
