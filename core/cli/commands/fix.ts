import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/render.ts';
import { checkReferences } from '../../template/check-template.ts';
import { fixText } from '../../template/fix/fix-text.ts';
import { locateAll } from '../../template/locate.ts';
import { parseTemplate } from '../../template/parse-template.ts';
import { templateSource } from '../../template/read-template.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { outputFor } from '../output/output.ts';
import { print } from '../output/print.ts';
import { readParsed } from '../read-parsed.ts';

export const fix: Command = defineCommand({
  usage: 'fix [flags] TEMPLATE',
  description:
    'Brings a template that was written for an older Packer up to date and writes it to standard output. The file stays as it is. A TEMPLATE of "-" is read from standard input.',
  flags: {
    validate: {
      kind: 'switch',
      default: true,
      summary: 'whether the result is checked: its syntax, and the builders that it names',
    },
  },
  operands: { least: 1, most: 1 },
  run: async ({ flags, operands: [path = ''] }) => {
    const { template } = await readParsed(path);
    const text = fixText(template.source);
    print(text);
    if (!flags.validate) return exitCodes.ok;
    const fixed = parseTemplate(templateSource(path, text));
    const findings = sortDiagnostics(locateAll(fixed.source, [...fixed.findings, ...checkReferences(fixed)]));
    outputFor('text').complain(findings);
    return hasErrors(findings) ? exitCodes.failed : exitCodes.ok;
  },
});
