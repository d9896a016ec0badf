import { UsageError } from '../errors/errors.ts';
import { colourFlag } from './output/colour-wanted.ts';
import { parseArguments, type FlagTable, type ParsedArguments } from './flags/flags.ts';

/** One command of the command line, as the table, the help and the docs' check see it. */
export interface Command {
  /** "build [flags] TEMPLATE" */
  readonly usage: string;
  /** What the command does, in a few sentences. */
  readonly description: string;
  readonly flags: FlagTable;
  /** Of a group: what may stand behind its name. */
  readonly commands?: CommandTable;
  /** Returns the exit code; throws `KilnError`, which core/cli/main.ts turns into one. */
  run(args: readonly string[]): Promise<number> | number;
}

/** All commands by name, each loaded only when it is called. */
export type CommandTable = Readonly<
  Record<
    string,
    {
      /** One line for the list of commands. */
      readonly summary: string;
      load(): Promise<Command>;
    }
  >
>;

interface CommandDefinition<Table extends FlagTable> extends Pick<Command, 'usage' | 'description'> {
  readonly flags: Table;
  /** How many operands there may be. */
  readonly operands: { readonly least: number; readonly most: number };
  readonly run: (given: ParsedArguments<Table>) => Promise<number> | number;
}

function checkOperands(usage: string, operands: readonly string[], least: number, most: number): void {
  if (operands.length >= least && operands.length <= most) return;
  const wanted = [
    / NAME\b/.test(usage) && 'the name of the plugin',
    / RUN\b/.test(usage) && 'the id of the run',
    / FILE\b/.test(usage) && 'the name of a file',
  ];
  const message =
    operands.length < least
      ? `${wanted.find((each) => each !== false) ?? 'the name of the template'} is missing`
      : `${JSON.stringify(operands[most])} is one argument too many`;
  throw new UsageError(message, { code: 'USAGE', hint: `usage: kiln ${usage}` });
}

/** A command whose `run` gets its arguments parsed by its own table of flags. */
export function defineCommand<const Table extends FlagTable>(definition: CommandDefinition<Table>): Command {
  const { usage, description, flags, operands } = definition;
  return {
    usage,
    description,
    flags,
    run: (args) => {
      const given = parseArguments({ ...flags, ...colourFlag }, args);
      checkOperands(usage, given.operands, operands.least, operands.most);
      return definition.run(given);
    },
  };
}
