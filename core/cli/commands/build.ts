import type { KilnEvent } from '../../events/event.ts';
import { runPlan, type HeldThing, type RunReport } from '../../run/run-plan.ts';
import { cacheDirectory, stateDirectory } from '../../run/state-directory.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes, interruptedCode } from '../exit-codes.ts';
import { watchInterruption } from '../interruption.ts';
import { kilnVersion } from '../kiln-version.ts';
import type { Output } from '../output.ts';
import { printError } from '../print.ts';
import { planTemplate } from '../plan-template.ts';
import { questioner, runReader } from '../run-reader.ts';
import { ensurePrograms } from '../set-up/ensure-programs.ts';
import { modeFlags, outputOf, selectionFlags, variableFlags } from '../shared-flags.ts';

function sayCancelling(output: Output, name: NodeJS.Signals): void {
  const again = output.mode === 'text' ? ' Once more: stop at once, and leave things behind.' : '';
  output.say(`Cancelling after ${name}; what was made is removed.${again}`);
}

/** The last words when the user does not wait for the clean-up. */
function abandon(held: readonly HeldThing[], name: NodeJS.Signals): never {
  const lines = held.map(({ build, what }) => `--> ${build === '' ? '' : `${build}: `}${what}\n`);
  printError(
    held.length === 0
      ? 'Stopped. Nothing is left behind.\n'
      : `Stopped. These things are left behind:\n${lines.join('')}Remove them with "kiln gc".\n`,
  );
  process.exit(held.length === 0 ? interruptedCode(name) : exitCodes.leftBehind);
}

function exitCodeFor(report: RunReport, received: NodeJS.Signals | undefined): number {
  if (report.leftBehind.length > 0) return exitCodes.leftBehind;
  if (received !== undefined && report.outcome !== 'succeeded') return interruptedCode(received);
  if (report.builds.some(({ failure }) => failure?.stack !== undefined)) return exitCodes.bug;
  return report.outcome === 'succeeded' ? exitCodes.ok : exitCodes.failed;
}

export const build: Command = defineCommand({
  usage: 'build [flags] TEMPLATE',
  description:
    'Bakes the images of a template: all its builds at once, unless -parallel-builds says otherwise. A TEMPLATE of "-" is read from standard input.',
  flags: {
    ...selectionFlags,
    ...variableFlags,
    force: { kind: 'switch', default: false, summary: 'replace results that exist' },
    'on-error': {
      kind: 'choice',
      default: 'cleanup',
      choices: ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner', 'keep'],
      summary: 'what becomes of what a failed build has made',
    },
    'parallel-builds': { kind: 'count', default: 0, least: 0, summary: 'how many builds run at once; 0: all of them' },
    debug: { kind: 'switch', default: false, summary: 'pause after each step, one build at a time; show more' },
    color: {
      kind: 'switch',
      summary: 'colour; without the flag, when standard output is a terminal and NO_COLOR is not set',
    },
    'timestamp-ui': { kind: 'switch', default: false, summary: 'the time (RFC 3339) before each line of a build' },
    ...modeFlags,
  },
  operands: { least: 1, most: 1 },
  run: async ({ flags, operands: [path = ''] }) => {
    const output = outputOf(flags);
    let held: () => readonly HeldThing[] = () => [];
    using interruption = watchInterruption(
      (name) => sayCancelling(output, name),
      (name) => abandon(held(), name),
    );
    const { signal } = interruption;
    const plan = await planTemplate(path, flags, output, signal);
    await ensurePrograms(plan, output, signal);
    const reader = runReader(output.mode, flags);
    const ask = questioner(output.mode, path);
    const report = await runPlan(plan, {
      signal,
      emit: (event: KilnEvent) => reader.read(event),
      version: kilnVersion,
      stateDirectory: stateDirectory(process.env),
      cacheDirectory: cacheDirectory(process.env),
      onError: flags['on-error'],
      parallelBuilds: flags['parallel-builds'],
      force: flags.force,
      debug: flags.debug,
      watchHeld: (tell) => (held = tell),
      ...(ask === undefined ? {} : { ask }),
    });
    reader.end();
    return exitCodeFor(report, interruption.received());
  },
});
