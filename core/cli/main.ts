/** Entry of the command line. Loads nothing that the command does not need. */
import { hasCrashed, meetCrash } from './ending/crash.ts';
import { exitCodes } from './ending/exit-codes.ts';
import { ignoreAsBefore } from './ending/ignored-signals.ts';
import { leave } from './ending/leave.ts';
import { print, printError } from './output/print.ts';
import { versionText } from './kiln-version.ts';
import { sizeThreadPool } from './thread-pool.ts';

/** Says what went wrong and returns the exit code. Never throws: there is nobody behind it. */
async function tell(error: unknown, args: readonly string[]): Promise<number> {
  try {
    const { reportError } = await import('./ending/report-error.ts');
    const { modeOfArguments } = await import('./output/output.ts');
    return await reportError(error, modeOfArguments(args));
  } catch {
    // The message as it is says more than why it cannot be told well.
    printError(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.bug;
  }
}

async function runAll(args: readonly string[]): Promise<number> {
  try {
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(args);
  } catch (error) {
    return hasCrashed() ? exitCodes.bug : tell(error, args);
  }
}

async function main(args: readonly string[]): Promise<void> {
  ignoreAsBefore();
  sizeThreadPool(process.env);
  const crash = (error: unknown): void =>
    void meetCrash(
      error,
      (thrown) => tell(thrown, args),
      () => void leave(exitCodes.bug),
    );
  const stuck = (): void => crash(new Error('the command waits for something that can never come'));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('beforeExit', stuck);
  const code = await runAll(args);
  process.off('beforeExit', stuck);
  await leave(hasCrashed() && code !== exitCodes.leftBehind ? exitCodes.bug : code);
}

const args = process.argv.slice(2);
if (args.length === 1 && /^(version|--?version|-v)$/.test(args.join())) {
  print(`${versionText}\n`);
  void leave(0);
} else void main(args);
