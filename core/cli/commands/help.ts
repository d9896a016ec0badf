import { nameHint } from '../../diagnostics/suggest.ts';
import { UsageError } from '../../errors/errors.ts';
import { defineCommand, type Command, type CommandTable } from '../command.ts';
import { flagForm } from '../flags.ts';
import { print } from '../print.ts';

const WIDTH = 100;

function wrapped(text: string, indent: number, hanging: number): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = ' '.repeat(hanging);
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.map(([left, right]) => `  ${left.padEnd(width - 2)}${wrapped(right, 0, width).trimStart()}\n`).join('');
}

/** Throws the `UsageError` for a command that does not exist. */
export function unknownCommand(name: string, commands: CommandTable): never {
  throw new UsageError(`there is no command ${JSON.stringify(name)}`, {
    code: 'USAGE',
    hint: nameHint(name, Object.keys(commands))?.replaceAll('"', '') ?? 'see "kiln help"',
  });
}

function overview(commands: CommandTable): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return `Kiln bakes machine images from Packer's JSON templates.\n\nusage: kiln COMMAND [flags] [TEMPLATE]\n\n${table(rows)}\nkiln help COMMAND explains a command and its flags.\n`;
}

/** The help of one command. */
export function commandHelp({ usage, description, flags }: Command): string {
  const rows = Object.entries(flags).map(([name, flag]) => [flagForm(name, flag), flag.summary] as const);
  const head = `usage: kiln ${usage}\n\n${wrapped(description, 0, 0)}\n`;
  return rows.length === 0 ? head : `${head}\n${table(rows)}`;
}

/** The command that explains the commands of a table. */
export function helpOn(commands: CommandTable): Command {
  return defineCommand({
    usage: 'help [COMMAND]',
    description: 'Lists the commands, or explains one of them and its flags.',
    flags: {},
    operands: { least: 0, most: 1 },
    run: async ({ operands: [name] }) => {
      if (name === undefined) {
        print(overview(commands));
        return 0;
      }
      const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
      print(commandHelp(await (entry ?? unknownCommand(name, commands)).load()));
      return 0;
    },
  });
}
