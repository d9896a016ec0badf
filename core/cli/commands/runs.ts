import { listRuns } from '../../run/recovery/list-runs.ts';
import { type RunListing } from '../../run/journal/run-listing.ts';
import type { OpenThing } from '../../run/journal/journal-record.ts';
import { sayRefused } from '../output/say-refused.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { machineLine } from '../../ui/machine-line.ts';
import { ofBuild } from '../../ui/of-build.ts';
import { runRows } from './runs-table.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { print } from '../output/print.ts';
import { modeFlags, outputOf } from '../flags/shared-flags.ts';

/** "held": it is over, and something was kept for its user. */
function stateOf({ state, open }: RunListing): 'running' | 'ended' | 'dead' | 'held' {
  return state === 'ended' && open.some(({ held }) => held) ? 'held' : state;
}

function idText({ id }: OpenThing): string {
  if (id === undefined) return '';
  return typeof id === 'string' ? id : JSON.stringify(id);
}

function thingText(thing: OpenThing, running: boolean): string {
  const { build, describe, id } = thing;
  const name = ofBuild(build, describe);
  if (id === undefined) return `${name} (${running ? 'is being made' : 'perhaps made'})`;
  return describe.includes(idText(thing)) ? name : `${name} (${idText(thing)})`;
}

function advice(runs: readonly RunListing[]): readonly string[] {
  const states = new Set(runs.filter(({ open }) => open.length > 0).map(stateOf));
  return [
    ...(states.has('dead') || states.has('ended') ? ['"kiln gc" removes what dead and ended runs hold.'] : []),
    ...(states.has('held') ? ['"kiln gc -held RUN" removes what was kept.'] : []),
  ];
}

async function sayForPeople(runs: readonly RunListing[], verbose: boolean): Promise<void> {
  if (runs.length === 0) print('There are no runs.\n');
  const rows = await runRows(runs, Date.now());
  for (const [index, { runId, directory, state, open }] of runs.entries()) {
    print(`${rows[index] ?? ''}\n`);
    if (verbose) print(`    ${runId} in ${directory}\n`);
    for (const thing of open) {
      const { build, describe } = thing;
      print(`    ${verbose ? thingText(thing, state === 'running') : ofBuild(build, describe)}\n`);
    }
  }
  for (const line of advice(runs)) print(`${line}\n`);
}

function sayMachineReadable(runs: readonly RunListing[]): void {
  for (const run of runs) {
    const { runId, started, outcome = '', template, open } = run;
    print(machineLine(started, runId, 'run', [stateOf(run), outcome, template]));
    for (const thing of open) {
      const { build, kind, describe, held } = thing;
      print(machineLine(started, runId, 'run-holds', [build ?? '', kind, describe, idText(thing), String(held)]));
    }
  }
}

function sayJson(runs: readonly RunListing[]): void {
  for (const run of runs) {
    const { runId, directory, template, started, outcome, open } = run;
    const holds = open.map(({ build, kind, describe, id, held }) => ({ build, kind, what: describe, id, held }));
    const text = { type: 'run', time: started, runId, state: stateOf(run), outcome, template, directory, holds };
    print(`${JSON.stringify(text)}\n`);
  }
}

export const runs: Command = defineCommand({
  usage: 'runs [flags]',
  description:
    'Lists the runs that are at work, those that ended or died, oldest first, with their durations, the size of what they made, whether "kiln resume" has something to go on with, and what they hold: things that were made and not removed. Of runs that left nothing the last 100 are remembered.',
  flags: {
    v: { kind: 'switch', default: false, summary: 'show whole ids, directories, and the ids of what is held' },
    ...modeFlags,
  },
  operands: { least: 0, most: 0 },
  run: async ({ flags }) => {
    const { mode } = outputOf(flags);
    const listed = await listRuns(stateDirectory(process.env), sayRefused);
    if (mode === 'json') sayJson(listed);
    else if (mode === 'machine-readable') sayMachineReadable(listed);
    else await sayForPeople(listed, flags.v);
    return exitCodes.ok;
  },
});
