import { UsageError } from '../../errors/errors.ts';
import { readInvocation } from '../../run/journal/invocation.ts';
import { isResumable, latestRun } from '../../run/recovery/choose-run.ts';
import { listRuns, runNamed } from '../../run/recovery/list-runs.ts';
import { type RunListing } from '../../run/journal/run-listing.ts';
import { sayRefused } from '../output/say-refused.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { bake, onErrorChoices, runFlags } from '../bake.ts';
import { defineCommand, type Command } from '../command.ts';
import { calledFor } from '../invocation.ts';
import { planTemplate } from '../plan-template.ts';
import { kindsOfRun } from '../template-plugins.ts';
import { modeFlags, outputOf, variableFlags } from '../flags/shared-flags.ts';

const { force, ...others } = runFlags;

function checkState({ runId, state, outcome }: RunListing, postProcessAgain: boolean): void {
  if (state === 'running') throw new UsageError(`the run ${runId} is still at work`, { code: 'RUN_RUNNING' });
  if (outcome !== 'succeeded' || postProcessAgain) return;
  throw new UsageError(`the run ${runId} has succeeded; there is nothing to go on with`, {
    code: 'RUN_FINISHED',
    hint: '-post-processors runs its post-processors again',
  });
}

export const resume: Command = defineCommand({
  usage: 'resume [flags] [RUN]',
  description:
    'Goes on with a run that was killed, or that failed with -on-error=keep: with its machines that still run, from the first provisioner that did not finish; of what is built already only the post-processors that did not finish run. RUN is the id that "kiln runs" shows, or its first letters; without it, the latest run that can be resumed. Provisioners that had finished must be as they were; the others may be edited. What cannot be gone on with begins anew.',
  flags: {
    'post-processors': {
      kind: 'switch',
      default: false,
      summary: 'run post-processors that have finished, too',
    },
    ...variableFlags,
    force,
    'on-error': {
      kind: 'choice',
      default: 'keep',
      choices: onErrorChoices,
      summary: 'what becomes of what a failed build has made',
    },
    ...others,
    ...modeFlags,
  },
  operands: { least: 0, most: 1 },
  run: ({ flags, operands: [name] }) => {
    const output = outputOf(flags);
    const postProcessAgain = flags['post-processors'];
    return bake(flags, output, async (signal) => {
      const runs = await listRuns(stateDirectory(process.env), sayRefused);
      const run = name === undefined ? latestRun(runs, isResumable, 'that can be resumed') : runNamed(runs, name);
      checkState(run, postProcessAgain);
      const called = calledFor(await readInvocation(run.directory), flags);
      process.chdir(called.workingDirectory);
      const plan = await planTemplate(called.template, called, output, signal);
      const resumed = { run, findKind: await kindsOfRun(run), postProcessAgain };
      return { plan, templatePath: called.template, force: called.force, resume: resumed };
    });
  },
});
