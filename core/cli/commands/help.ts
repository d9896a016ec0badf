import { nameHint } from '../../diagnostics/suggest.ts';
import { UsageError } from '../../errors/errors.ts';
import { defineCommand, type Command, type CommandTable } from '../command.ts';
import { wrapped } from '../../text/columns.ts';
import { colourFlag } from '../output/colour-wanted.ts';
import { flagForm, flagSummary } from '../flags/flags.ts';
import { print } from '../output/print.ts';
import { columnsOf, UNKNOWN_COLUMNS } from '../output/terminal-of.ts';

/** Where what a flag means begins: behind a long one on the next line. */
const WIDEST_LEFT = 26;
/** On a narrow terminal all of it is on lines of its own. */
const LEAST_RIGHT = 24;

/** Longer lines are hard to read, however wide the terminal is. */
const LONGEST_LINE = 100;

function columns(): number {
  return Math.min(columnsOf(1) ?? UNKNOWN_COLUMNS, LONGEST_LINE);
}

/** `-on-error=cleanup|abort|…` in lines. */
function brokenAtBars(text: string, width: number): string {
  const lines = [''];
  for (const piece of text.split(/(?=\|)/)) {
    const last = lines.at(-1) ?? '';
    if (last === '' || last.length + piece.length <= width) lines[lines.length - 1] = last + piece;
    else lines.push(`      ${piece}`);
  }
  return lines.join('\n');
}

function table(rows: readonly (readonly [string, string])[], width: number): string {
  const left = Math.min(WIDEST_LEFT, Math.max(...rows.map(([name]) => name.length)));
  const isNarrow = width - left - 4 < LEAST_RIGHT;
  const indent = ' '.repeat(isNarrow ? 6 : left + 4);
  return rows
    .map(([name, text]) =>
      isNarrow || name.length > left
        ? `${brokenAtBars(`  ${name}`, width)}\n${wrapped(text, width, indent)}\n`
        : `${wrapped(text, width, `  ${name.padEnd(left)}  `, indent)}\n`,
    )
    .join('');
}

/** Throws the `UsageError` for a command that does not exist. */
export function unknownCommand(name: string, commands: CommandTable, group = ''): never {
  throw new UsageError(`there is no command ${JSON.stringify(`${group}${name}`)}`, {
    code: 'USAGE',
    hint: nameHint(name, Object.keys(commands))?.replaceAll('"', '') ?? `see "kiln help ${group}`.trimEnd().concat('"'),
  });
}

function listOf(commands: CommandTable, width: number): string {
  return table(
    Object.entries(commands).map(([name, { summary }]) => [name, summary] as const),
    width,
  );
}

/** The help of a group of commands, in so many columns. */
export function groupHelp({ usage, description }: Command, commands: CommandTable, width: number): string {
  const name = usage.split(' ', 1).join('');
  const foot = wrapped(`kiln help ${name} COMMAND explains one of them and its flags.`, width);
  return `usage: kiln ${usage}\n\n${wrapped(description, width)}\n\n${listOf(commands, width)}\n${foot}\n`;
}

function overview(commands: CommandTable): string {
  const width = columns();
  const head = wrapped("Kiln bakes machine images from Packer's JSON templates.", width);
  const foot = wrapped('kiln help COMMAND explains a command and its flags.', width);
  return `${head}\n\nusage: kiln COMMAND [flags] [TEMPLATE]\n\n${listOf(commands, width)}\n${foot}\n`;
}

/** The help of one command, in so many columns. */
export function commandHelp({ usage, description, flags }: Command, width: number): string {
  const rows = Object.entries({ ...flags, ...colourFlag }).map(
    ([name, flag]) => [flagForm(name, flag), flagSummary(flag)] as const,
  );
  const head = wrapped(`usage: kiln ${usage}`, width, '', '       ');
  return `${head}\n\n${wrapped(description, width)}\n\n${table(rows, width)}`;
}

async function commandOf(commands: CommandTable, name: string): Promise<Command> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return (entry ?? unknownCommand(name, commands)).load();
}

async function explained(commands: CommandTable, [name = '', inner]: readonly string[]): Promise<string> {
  const command = await commandOf(commands, name);
  if (command.commands === undefined) return commandHelp(command, columns());
  if (inner === undefined) return groupHelp(command, command.commands, columns());
  return commandHelp(await commandOf(command.commands, inner), columns());
}

/** The command that explains the commands of a table. */
export function helpOn(commands: CommandTable): Command {
  return defineCommand({
    usage: 'help [COMMAND]',
    description: 'Lists the commands, or explains one of them and its flags.',
    flags: {},
    operands: { least: 0, most: 2 },
    run: async ({ operands }) => {
      print(operands.length === 0 ? overview(commands) : await explained(commands, operands));
      return 0;
    },
  });
}
