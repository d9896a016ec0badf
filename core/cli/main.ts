/** Entry of the command line. Loads nothing that the command does not need. */
import { leave } from './leave.ts';
import { print } from './print.ts';
import { versionText } from './kiln-version.ts';

async function end(error: unknown, args: readonly string[]): Promise<never> {
  const { reportError } = await import('./report-error.ts');
  const { modeOfArguments } = await import('./output.ts');
  return leave(await reportError(error, modeOfArguments(args)));
}

async function main(args: readonly string[]): Promise<void> {
  process.on('uncaughtException', (error) => void end(error, args));
  try {
    const { runCommand } = await import('./run-command.ts');
    await leave(await runCommand(args));
  } catch (error) {
    await end(error, args);
  }
}

// The launcher's is for Kiln alone: other programs would write what they compile into the checkout.
const { NODE_COMPILE_CACHE: cache } = process.env;
if (cache?.endsWith('/.kiln/compile-cache') === true) Reflect.deleteProperty(process.env, `NODE_COMPILE_CACHE`);

const args = process.argv.slice(2);
if (args.length === 1 && /^(version|--?version|-v)$/.test(args.join())) {
  print(`${versionText}\n`);
  void leave(0);
} else void main(args);
