import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { TemplateError } from '../../errors/errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import type { Output } from '../output/output.ts';
import { printError } from '../output/print.ts';
import { readParsed } from '../read-parsed.ts';
import { configTypeFlag, modeFlags, outputOf, selectionFlags, variableFlags } from '../flags/shared-flags.ts';

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** "11 errors, 1 warning in misspelt.json", below the complaints. */
function sayHowMany(diagnostics: readonly Diagnostic[], path: string, { mode }: Output): void {
  if (mode !== 'text') return;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counts = [counted(errors, 'error'), ...(warnings === 0 ? [] : [counted(warnings, 'warning')])];
  printError(`\n${counts.join(', ')} in ${path === '-' ? 'the template' : path}\n`);
}

export const validate: Command = defineCommand({
  usage: 'validate [flags] TEMPLATE',
  description:
    'Checks a template with all its components and says everything that is wrong with it. Makes nothing, starts nothing and asks no data source unless it is told to. A TEMPLATE of "-" is read from standard input.',
  flags: {
    'syntax-only': {
      kind: 'switch',
      default: false,
      summary: 'look at the syntax only, at no variable and no component',
    },
    'evaluate-datasources': {
      kind: 'switch',
      default: false,
      summary: 'ask the data sources, and judge what is made of their values, too',
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
      if (hasErrors(findings)) {
        sayHowMany(findings, path, output);
        return exitCodes.failed;
      }
      output.say('Syntax-only check passed. Everything looks okay.');
      return exitCodes.ok;
    }
    const { planTemplate } = await import('../plan-template.ts');
    try {
      await planTemplate(path, { ...flags, force: true, fetchData: flags['evaluate-datasources'] }, output);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      output.complain(error.diagnostics);
      sayHowMany(error.diagnostics, path, output);
      return exitCodes.failed;
    }
    output.say('The configuration is valid.');
    return exitCodes.ok;
  },
});
