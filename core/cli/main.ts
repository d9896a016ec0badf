/** Entry of the command line: finds the command, runs it, and exits with its code. */
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { modeOfArguments } from './output.ts';

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

async function run(args: readonly string[]): Promise<number> {
  const [first = 'help', ...rest] = args;
  // `kiln -machine-readable version` is how Packer's users write it.
  if (/^--?(machine-readable|json)$/.test(first) && rest.length > 0) return run([...rest, first]);
  const command = synonyms[first] ?? first;
  if (rest.some((argument) => /^--?h(elp)?$/.test(argument)) && command !== 'help') {
    return (await commandNamed('help')).run([command]);
  }
  const code = await (await commandNamed(command)).run(rest);
  // Packer, too, answers a bare call with its help and a failure.
  return args.length === 0 ? exitCodes.usage : code;
}

async function end(error: unknown, args: readonly string[]): Promise<never> {
  const { reportError } = await import('./report-error.ts');
  process.exit(await reportError(error, modeOfArguments(args)));
}

const args = process.argv.slice(2);
// A reader that has gone (`kiln build … | head`) is no reason to stop, or to complain where nobody reads.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => void end(error, args));
try {
  process.exitCode = await run(args);
  process.exit();
} catch (error) {
  await end(error, args);
}
