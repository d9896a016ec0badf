import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { inspectMachineText, inspectTemplate, inspectText } from '../../template/inspect.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { print } from '../output/print.ts';
import { readParsed } from '../read-parsed.ts';
import { modeFlags, outputOf } from '../flags/shared-flags.ts';

export const inspect: Command = defineCommand({
  usage: 'inspect [flags] TEMPLATE',
  description:
    'Shows the variables, data sources, builders and provisioners that a template has. Variables are not filled in and no component is looked at. A TEMPLATE of "-" is read from standard input.',
  flags: { 'machine-readable': modeFlags['machine-readable'] },
  operands: { least: 1, most: 1 },
  run: async ({ flags, operands: [path = ''] }) => {
    const { template, findings } = await readParsed(path);
    const output = outputOf({ ...flags, json: false });
    if (hasErrors(findings)) output.complain(findings);
    if (hasErrors(findings)) return exitCodes.failed;
    const lines = inspectTemplate(template);
    print(output.mode === 'text' ? inspectText(lines) : inspectMachineText(lines, Date.now()));
    return exitCodes.ok;
  },
});
