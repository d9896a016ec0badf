import type { KilnEvent } from '../events/event.ts';
import type { Plan } from '../plan/plan.ts';
import { killPassingPrograms } from '../process/spawn.ts';
import type { JsonObject } from '../contract/json.ts';
import type { OnError, ResumeOptions } from '../run/run-options.ts';
import type { RunReport, OutstandingThing } from '../run/report.ts';
import { ofBuild } from '../ui/of-build.ts';
import { runPlan } from '../run/run-plan.ts';
import { cacheDirectory, stateDirectory } from '../directories/state-directory.ts';
import { exitCodes, interruptedCode } from './ending/exit-codes.ts';
import { watchInterruption, type Cause } from './ending/interruption.ts';
import { kilnVersion } from './kiln-version.ts';
import type { Output } from './output/output.ts';
import { leave } from './ending/leave.ts';
import { printError } from './output/print.ts';
import { logFiles } from './output/log-files.ts';
import { reportFiles } from './output/report-files.ts';
import { questioner, reporterFor } from './output/run-reporter.ts';
import { pluginsOfTemplate } from './template-plugins.ts';
import { several } from '../ui/several.ts';
import { ensurePrograms } from './set-up/ensure-programs.ts';

function sayCancelling(output: Output, cause: Cause): void {
  const how = cause === 'crash' ? 'Ctrl-C' : 'Once more';
  const again = output.mode === 'text' ? ` ${how}: stop at once, and leave things behind.` : '';
  const what = cause === 'crash' ? 'this bug' : cause;
  output.say(`Cancelling after ${what}; what was made is removed.${again}`);
}

/** The last words when the user does not wait for the clean-up. */
function abandon(held: readonly OutstandingThing[], cause: Cause): void {
  killPassingPrograms();
  const lines = held.map(({ build, what }) => `--> ${ofBuild(build, what)}\n`);
  printError(
    held.length === 0
      ? 'Stopped. Nothing is left behind.\n'
      : `Stopped. These things are left behind:\n${lines.join('')}Remove them with "kiln gc".\n`,
  );
  void leave(held.length === 0 ? interruptedCode(cause) : exitCodes.leftBehind);
}

function exitCodeFor(report: RunReport, received: NodeJS.Signals | undefined): number {
  if (report.leftBehind.length > 0) return exitCodes.leftBehind;
  if (received !== undefined && report.outcome !== 'succeeded') return interruptedCode(received);
  if (report.builds.some(({ failure }) => failure?.stack !== undefined)) return exitCodes.bug;
  return report.outcome === 'succeeded' ? exitCodes.ok : exitCodes.failed;
}

/** The flags of the commands that run builds. */
export const runFlags = {
  force: { kind: 'switch', default: false, summary: 'replace results that exist' },
  'parallel-builds': {
    kind: 'count',
    default: 0,
    least: 0,
    summary: 'how many builds run at once, on however few processors; 0: all for which this machine has room',
  },
  debug: {
    kind: 'switch',
    default: false,
    summary: 'pause between steps and offer a shell in the machine, one build at a time; show more',
  },
  v: { kind: 'switch', default: false, summary: 'show more: details, and the time of each step' },
  q: { kind: 'switch', default: false, summary: 'show warnings, errors and what was made only' },
  log: {
    kind: 'many',
    placeholder: 'directory',
    summary: 'write a log file for each build there, with all details, whatever is shown besides',
  },
  report: {
    kind: 'many',
    placeholder: 'file.json',
    summary: 'write the report of the run to this file too; may be used many times',
  },
  'timestamp-ui': { kind: 'switch', default: false, summary: 'the time (RFC 3339) before each line of a build' },
} as const;

export const onErrorChoices = ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner', 'keep'] as const;

export interface BakeFlags {
  readonly 'on-error': OnError;
  readonly 'parallel-builds': number;
  readonly debug: boolean;
  readonly 'timestamp-ui': boolean;
  readonly v: boolean;
  readonly q: boolean;
  readonly log: readonly string[];
  readonly report: readonly string[];
}

/** What is to be run, once the template is read. */
export interface Baking {
  readonly plan: Plan;
  readonly templatePath: string;
  readonly force: boolean;
  /** The run's command line, which `kiln resume` reads again. */
  readonly invocation?: JsonObject;
  readonly resume?: ResumeOptions;
}

/** Runs the builds that `prepare` plans, shows the run and returns the exit code; an interrupt cancels it all. */
export async function bake(
  flags: BakeFlags,
  output: Output,
  prepare: (signal: AbortSignal) => Promise<Baking>,
): Promise<number> {
  let held: () => readonly OutstandingThing[] = () => [];
  using interruption = watchInterruption(
    (cause) => sayCancelling(output, cause),
    (cause) => abandon(held(), cause),
  );
  const { signal } = interruption;
  const { plan, templatePath, force, invocation, resume } = await prepare(signal);
  await ensurePrograms(plan, output, signal);
  const reports = reportFiles(flags.report);
  const logs = flags.log.map(logFiles);
  const shown = reporterFor(output.mode, flags, logs[0]?.directory);
  const reporter = several([shown, ...logs.map((log) => log.reporter)]);
  try {
    const report = await runPlan(plan, {
      plugins: pluginsOfTemplate(plan),
      signal,
      emit: (event: KilnEvent) => reporter.report(event),
      version: kilnVersion,
      stateDirectory: stateDirectory(process.env),
      cacheDirectory: cacheDirectory(process.env),
      onError: flags['on-error'],
      parallelBuilds: flags['parallel-builds'],
      force,
      debug: flags.debug,
      watchOutstanding: (tell) => (held = tell),
      ...questioner(output.mode, templatePath, reporter),
      ...(invocation === undefined ? {} : { invocation }),
      ...(resume === undefined ? {} : { resume }),
    });
    reporter.end();
    reports.write(report);
    return exitCodeFor(report, interruption.received());
  } finally {
    reporter.end();
  }
}
