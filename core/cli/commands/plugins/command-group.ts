import type { Command, CommandTable } from '../../command.ts';
import { exitCodes } from '../../ending/exit-codes.ts';

/** A command whose first operand names one of a table; without it the group's help is shown. */
export function commandGroup(
  definition: Pick<Command, 'usage' | 'description'> & { readonly commands: CommandTable },
): Command {
  const { usage, description, commands } = definition;
  const [name = ''] = usage.split(' ', 1);
  return {
    usage,
    description,
    flags: {},
    commands,
    run: async ([first, ...rest]) => {
      const help = await import('../help.ts');
      if (first === undefined) {
        await help
          .helpOn({ [name]: { summary: '', load: () => Promise.resolve(commandGroup(definition)) } })
          .run([name]);
        return exitCodes.usage;
      }
      const entry = Object.hasOwn(commands, first) ? commands[first] : undefined;
      return (await (entry ?? help.unknownCommand(first, commands, `${name} `)).load()).run(rest);
    },
  };
}
