import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './ending/exit-codes.ts';

const synonyms: Readonly<Record<string, string>> = {
  '-v': 'version',
  '-version': 'version',
  '--version': 'version',
  '-h': 'help',
  '-help': 'help',
  '--help': 'help',
};

async function commandNamed(name: string): Promise<Command> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry !== undefined) return entry.load();
  const { unknownCommand } = await import('./commands/help.ts');
  return unknownCommand(name, commands);
}

/** Runs the command that the arguments name; returns the exit code, throws what the command throws. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [first = 'help', ...rest] = args;
  // `kiln -machine-readable version` is how Packer's users write it.
  if (/^--?(machine-readable|json)$/.test(first) && rest.length > 0) return runCommand([...rest, first]);
  const command = synonyms[first] ?? first;
  if (rest.some((argument) => /^--?h(elp)?$/.test(argument))) {
    const inner = rest.find((argument) => !argument.startsWith('-'));
    const group = Object.hasOwn(commands, command) ? (await commandNamed(command)).commands : undefined;
    return (await commandNamed('help')).run(inner !== undefined && group !== undefined ? [command, inner] : [command]);
  }
  const code = await (await commandNamed(command)).run(rest);
  // Packer, too, answers a bare call with its help and a failure.
  return args.length === 0 ? exitCodes.usage : code;
}
