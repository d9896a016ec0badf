import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readParsed } from '../read-parsed.ts';
import { configTypeFlag, modeFlags, outputOf, selectionFlags, variableFlags } from '../shared-flags.ts';

export const validate: Command = defineCommand({
  usage: 'validate [flags] TEMPLATE',
  description:
    'Checks a template with all its components and says everything that is wrong with it. Makes nothing, starts nothing and asks nothing of the network. A TEMPLATE of "-" is read from standard input.',
  flags: {
    'syntax-only': {
      kind: 'switch',
      default: false,
      summary: 'look at the syntax only, at no variable and no component',
    },
    ...selectionFlags,
    ...variableFlags,
    ...configTypeFlag,
    ...modeFlags,
  },
  operands: { least: 1, most: 1 },
  run: async ({ flags, operands: [path = ''] }) => {
    const output = outputOf(flags);
    if (flags['syntax-only']) {
      const { findings } = await readParsed(path);
      output.complain(findings);
      if (hasErrors(findings)) return exitCodes.failed;
      output.say('Syntax-only check passed. Everything looks okay.');
      return exitCodes.ok;
    }
    const { planTemplate } = await import('../plan-template.ts');
    await planTemplate(path, { ...flags, force: true }, output);
    output.say('The configuration is valid.');
    return exitCodes.ok;
  },
});
