import { createInterface } from 'node:readline/promises';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/render.ts';
import { TemplateError } from '../../errors/errors.ts';
import { secretMask, type SecretMask } from '../../secrets/secret-mask.ts';
import { InterpolationError, renderUntilStable, withBraces, type FunctionTable } from '../../interpolation/index.ts';
import { complaintMask } from '../../secrets/masked-complaint.ts';
import { resolveValues } from '../../plan/resolve-values.ts';
import { commonContext, textSetting } from '../../plan/texts/text-setting.ts';
import { locateAll } from '../../template/locate.ts';
import { parseTemplate } from '../../template/parse-template.ts';
import { readTemplate, templateSource } from '../../template/read-template.ts';
import type { Template } from '../../template/template.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { outputFor } from '../output/output.ts';
import { print, printError } from '../output/print.ts';
import { readPlanOptions, type PlanFlags } from '../plan-template.ts';
import { isTerminal } from '../output/terminal-of.ts';
import { configTypeFlag, variableFlags } from '../flags/shared-flags.ts';

const HELP = `Each line is worked out as a text of a template, and the result is shown:
  {{user \`name\`}}     the value of a variable
  {{timestamp}}       the time in seconds
  {{data \`name.output\`}}  what a data source gave
  variables           all variables and their values
  help                this text
  exit                ends the console, as Ctrl-D does
`;

interface Session {
  readonly functions: FunctionTable;
  readonly variables: Readonly<Record<string, string>>;
  /** Hides the values of sensitive variables, and what texts make of them. */
  readonly mask: SecretMask;
}

async function openSession(template: Template, flags: PlanFlags): Promise<Session> {
  const output = outputFor('text');
  const options = await readPlanOptions(template, flags);
  const common = commonContext(template, options);
  const { variables, findings } = await resolveValues(template, options, common);
  // A variable without a value is no hindrance here.
  const serious = findings.filter(({ code }) => code !== 'VARIABLE_REQUIRED');
  const located = locateAll(template.source, [...template.findings, ...serious]);
  const all = sortDiagnostics([...options.givenDiagnostics, ...located]).map(complaintMask(variables.secrets));
  if (hasErrors(all)) throw new TemplateError(all);
  output.complain(all);
  const place = { build: undefined, componentType: undefined, factNames: undefined, facts: undefined };
  const { functions } = textSetting(common, variables, place);
  return { functions, variables: variables.values, mask: secretMask(variables.secrets) };
}

function variableList({ variables }: Session): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${withBraces(value)}\n`)
    .join('');
}

/** Answers one line; false when it could not be worked out. */
function answer(line: string, session: Session): boolean {
  if (line === '') return true;
  if (line === 'help') print(HELP);
  else if (line === 'variables') print(session.mask.text(variableList(session)));
  else {
    try {
      print(`${session.mask.text(renderUntilStable(line, { functions: session.functions }))}\n`);
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      const { code, message, hint, offset } = error;
      const caret = `${' '.repeat(offset)}^`;
      const advice = hint === undefined ? '' : `  hint: ${hint}\n`;
      printError(`error ${code}\n  ${message}\n  ${line}\n  ${caret}\n${advice}`);
      return false;
    }
  }
  return true;
}

export const templateConsole: Command = defineCommand({
  usage: 'console [flags] [TEMPLATE]',
  description:
    'Works out texts of templates, with the variables of a TEMPLATE when one is given: line by line from the terminal or from standard input. When standard input is not a terminal, the exit code is 1 if a line could not be worked out.',
  flags: { ...variableFlags, ...configTypeFlag },
  operands: { least: 0, most: 1 },
  run: async ({ flags, operands: [path] }) => {
    const source = path === undefined ? templateSource('console', '{}') : await readTemplate(path);
    const session = await openSession(parseTemplate(source), { ...flags, only: [], except: [], force: false });
    const interactive = isTerminal(0);
    const lines = createInterface({
      input: process.stdin,
      ...(interactive ? { output: process.stdout, prompt: '> ' } : {}),
    });
    let failed = false;
    if (interactive) lines.prompt();
    for await (const line of lines) {
      if (line.trim() === 'exit') break;
      failed = !answer(line.trim(), session) || failed;
      if (interactive) lines.prompt();
    }
    return failed && !interactive ? exitCodes.failed : exitCodes.ok;
  },
});
