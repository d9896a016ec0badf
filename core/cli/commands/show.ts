import type { KilnEvent } from '../../events/event.ts';
import { UsageError } from '../../errors/errors.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { isResumable, latestRun, reportOf } from '../../run/recovery/choose-run.ts';
import { listRuns, runNamed } from '../../run/recovery/list-runs.ts';
import type { RunReport } from '../../run/report.ts';
import { endLines } from '../../ui/run-end/run-end.ts';
import { runRecorder } from '../../ui/run-end/run-record.ts';
import { rfc3339 } from '../../ui/time-text.ts';
import { join } from 'node:path';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { modeFlags } from '../flags/shared-flags.ts';
import { outputFor } from '../output/output.ts';
import { print } from '../output/print.ts';
import { sayRefused } from '../output/say-refused.ts';

/** What the run would have told, as far as its end is made of it. */
function eventsOf(
  { runId, outcome, started, milliseconds, builds, leftBehind }: RunReport,
  path: string,
  resumable: boolean,
): readonly KilnEvent[] {
  const time = started + milliseconds;
  return [
    ...builds.flatMap(({ steps, displayName: build, name, outcome: end, failure, ...rest }): readonly KilnEvent[] => [
      ...steps.map((step) => ({ type: 'step-finished' as const, build, time, ...step })),
      {
        ...{ type: 'build-finished', build, name, time, outcome: end },
        ...{ milliseconds: rest.milliseconds, artifacts: rest.artifacts },
        ...(failure === undefined ? {} : { failure, resumable }),
      },
    ]),
    ...leftBehind.map((left) => ({ type: 'left-behind' as const, time, ...left })),
    { type: 'run-finished', runId, outcome, milliseconds, time, report: path },
  ];
}

export const show: Command = defineCommand({
  usage: 'show [flags] [RUN]',
  description:
    'Shows how a run went: its steps, what it made, what failed and what to do next. RUN is the id that "kiln runs" shows, or its first letters; without it, the latest run that has ended.',
  flags: { json: { ...modeFlags.json, summary: 'write the report of the run, one JSON object' } },
  operands: { least: 0, most: 1 },
  run: async ({ flags, operands: [name] }) => {
    const runs = await listRuns(stateDirectory(process.env), sayRefused);
    const run =
      name === undefined ? latestRun(runs, ({ state }) => state === 'ended', 'that has ended') : runNamed(runs, name);
    const report = await reportOf(run);
    if (report === undefined) {
      const reason = run.state === 'running' ? 'is still at work' : 'has no report: it died, or could not write it';
      throw new UsageError(`the run ${run.runId} ${reason}`, { code: 'RUN_NO_REPORT' });
    }
    if (flags.json) {
      print(`${JSON.stringify(report)}\n`);
      return exitCodes.ok;
    }
    const recorder = runRecorder();
    for (const event of eventsOf(report, join(run.directory, 'report.json'), isResumable(run))) recorder.note(event);
    const lines = endLines(recorder.record(), report.milliseconds, {
      artifactsLast: false,
      verbosity: 'verbose',
      keeps: true,
      logDirectory: undefined,
    });
    const head = `Run ${run.runId} of ${run.template}, begun at ${rfc3339(run.started)}`;
    outputFor('text').say([head, ...lines.map(({ text }) => text)].join('\n'));
    return exitCodes.ok;
  },
});
