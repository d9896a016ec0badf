import { bake, onErrorChoices, runFlags } from '../bake.ts';
import { defineCommand, type Command } from '../command.ts';
import { invocationOf } from '../invocation.ts';
import { planTemplate } from '../plan-template.ts';
import { configTypeFlag, modeFlags, outputOf, selectionFlags, variableFlags } from '../flags/shared-flags.ts';

const { force, ...others } = runFlags;

export const build: Command = defineCommand({
  usage: 'build [flags] TEMPLATE',
  description:
    'Bakes the images of a template: all its builds at once, unless -parallel-builds says otherwise. A TEMPLATE of "-" is read from standard input.',
  flags: {
    ...selectionFlags,
    ...variableFlags,
    ...configTypeFlag,
    force,
    'on-error': {
      kind: 'choice',
      default: 'cleanup',
      choices: onErrorChoices,
      summary: 'what becomes of what a failed build has made',
    },
    ...others,
    ...modeFlags,
  },
  operands: { least: 1, most: 1 },
  run: ({ flags, operands: [path = ''] }) => {
    const output = outputOf(flags);
    return bake(flags, output, async (signal) => {
      const plan = await planTemplate(path, flags, output, signal);
      const invocation = invocationOf(path, flags, plan);
      return {
        plan,
        templatePath: path,
        force: flags.force,
        ...(invocation === undefined ? {} : { invocation }),
      };
    });
  },
});
