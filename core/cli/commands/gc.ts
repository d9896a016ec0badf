import { collectGarbage, type GarbageReport } from '../../run/recovery/collect-garbage.ts';
import { listRuns, runNamed } from '../../run/recovery/list-runs.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes, interruptedCode } from '../ending/exit-codes.ts';
import { watchInterruption } from '../ending/interruption.ts';
import { leave } from '../ending/leave.ts';
import { print, printError } from '../output/print.ts';
import { kindsOfRun } from '../template-plugins.ts';
import { ofBuild } from '../../ui/of-build.ts';
import { modeFlags } from '../flags/shared-flags.ts';

function sayReport({ collected, leftBehind, running }: GarbageReport, dryRun: boolean): void {
  for (const thing of collected) print(`${dryRun ? 'would remove' : 'removed'} ${ofBuild(thing.build, thing.what)}\n`);
  for (const runId of running) print(`run ${runId} is still at work and was left alone\n`);
  if (collected.length === 0 && leftBehind.length === 0) print('Nothing was left behind.\n');
  for (const thing of leftBehind) {
    printError(`could not remove ${ofBuild(thing.build, thing.what)}: ${thing.reason}\n`);
    if (thing.command !== undefined) printError(`    by hand: ${thing.command}\n`);
  }
}

export const gc: Command = defineCommand({
  usage: 'gc [flags] [RUN]',
  description:
    'Removes what runs have left behind that were killed or could not clean up: processes, temporary files, half-written results, machines in a cloud. Runs that are still at work are left alone. With the id of a RUN (or its first letters) only that one is looked at. The exit code is 3 when something could not be removed; the next gc tries again.',
  flags: {
    'dry-run': { kind: 'switch', default: false, summary: 'show what would be removed, and remove nothing' },
    held: { kind: 'switch', default: false, summary: 'remove also what -on-error=keep has kept' },
    json: { ...modeFlags.json, summary: 'write the result as one JSON object' },
  },
  operands: { least: 0, most: 1 },
  run: async ({ flags, operands: [wanted] }) => {
    using interruption = watchInterruption(
      () => printError('Stopping after what is being removed now.\n'),
      (cause) => void leave(interruptedCode(cause)),
    );
    const state = stateDirectory(process.env);
    const report = await collectGarbage({
      stateDirectory: state,
      ...(wanted === undefined ? {} : { runId: runNamed(await listRuns(state), wanted).runId }),
      findKinds: kindsOfRun,
      signal: interruption.signal,
      includeHeld: flags.held,
      dryRun: flags['dry-run'],
      say: (text) => printError(`${text}\n`),
    });
    if (flags.json) print(`${JSON.stringify(report)}\n`);
    else sayReport(report, flags['dry-run']);
    const received = interruption.received();
    if (report.leftBehind.length > 0) return exitCodes.leftBehind;
    return received === undefined ? exitCodes.ok : interruptedCode(received);
  },
});
