import { resolve, join } from 'node:path';
import { CommandError } from '../errors/errors.ts';
import type { ProvisionRun } from '../contract/component.ts';
import { runProgram } from '../process/program.ts';
import { exitMessage } from '../scripts/exit-message.ts';
import { environmentPairs, formatEnvironment } from '../scripts/environment.ts';
import { shellWord } from '../scripts/quote.ts';
import { inlineScript, namedScripts } from '../scripts/script-choice.ts';
import { hasDefaultCommand } from './default-command.ts';
import type { ShellLocalOptions } from './options.gen.ts';
import { writeTemporaryFile } from '../run/scope/temporary-directory.ts';

/** What of a provisioner's or post-processor's run is used. */
export type ShellLocalRun = Pick<
  ProvisionRun,
  'say' | 'output' | 'render' | 'signal' | 'environment' | 'temporaryDirectory'
>;

function thisSystem(): string {
  const names: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
  return names[process.platform] ?? process.platform;
}

/** "C:\a\b" as the Windows Subsystem for Linux sees it; other paths only get their backslashes turned. */
export function linuxPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^([A-Za-z]):\//, (_, drive: string) => `/mnt/${drive.toLowerCase()}/`);
}

async function writeInline(lines: readonly string[], config: ShellLocalOptions, run: ShellLocalRun): Promise<string> {
  const extension = config.tempfile_extension ?? (process.platform === 'win32' ? '.cmd' : '');
  const dot = extension === '' || extension.startsWith('.') ? '' : '.';
  const path = join(await run.temporaryDirectory(), `kiln-shell${dot}${extension}`);
  await writeTemporaryFile(path, inlineScript(lines, config.inline_shebang), 0o700);
  return path;
}

interface Script {
  readonly path: string;
  /** The option that it comes from. */
  readonly pointer: string;
  readonly label: string;
}

async function scriptsToRun(config: ShellLocalOptions, run: ShellLocalRun): Promise<readonly Script[]> {
  const lines = [...(config.inline ?? []), ...(config.command === undefined ? [] : [config.command])];
  if (lines.length > 0) {
    const pointer = config.inline === undefined ? '/command' : '/inline';
    return [{ path: await writeInline(lines, config, run), pointer, label: '<inline>' }];
  }
  // sh looks a bare name up on PATH, and a script that changes its directory asks where it is itself.
  const pathOf = (file: string): string => (config.use_linux_pathing ? linuxPath(resolve(file)) : resolve(file));
  return namedScripts(config).map(({ path, pointer }) => ({ path: pathOf(path), pointer, label: path }));
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function processEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function commandFor(script: string, config: ShellLocalOptions, run: ShellLocalRun): Command {
  const pairs = environmentPairs(config, run.environment);
  if (hasDefaultCommand(config)) {
    // Values given in the environment cannot be read off the process list by other users.
    return {
      program: '/bin/sh',
      args: ['-c', shellWord(script)],
      env: { ...processEnvironment(), ...Object.fromEntries(pairs) },
    };
  }
  const data = { Vars: formatEnvironment(pairs, config.env_var_format), Script: script, Command: script };
  const rendered = config.execute_command.map((part) => run.render(part, data, '/execute_command'));
  const [program = '', ...args] = rendered.length === 1 ? ['sh', '-c', ...rendered] : rendered;
  return { program, args, env: processEnvironment() };
}

async function runScript(script: Script, config: ShellLocalOptions, run: ShellLocalRun): Promise<void> {
  const { program, args, env } = commandFor(script.path, config, run);
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  const acceptExitStatus = config.valid_exit_codes;
  try {
    await runProgram(program, args, { signal: run.signal, env, onLine, acceptExitStatus });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // A program that is not there can only be one that execute_command names.
    if (error.exitStatus === undefined) throw error.at('/execute_command');
    throw new CommandError(exitMessage(script.label, error.exitStatus, config.valid_exit_codes), {
      code: 'SCRIPT_FAILED',
      pointer: script.pointer,
      cause: error,
      exitStatus: error.exitStatus,
      ...(error.outputTail === undefined ? {} : { outputTail: error.outputTail }),
    });
  }
}

/**
 * Runs the scripts on this machine, one after the other. Throws `CommandError` with code SCRIPT_FAILED when one ends
 * with a status that is not in `valid_exit_codes`.
 */
export async function runShellLocal(config: ShellLocalOptions, run: ShellLocalRun): Promise<void> {
  const { only_on: systems = [] } = config;
  const system = thisSystem();
  if (systems.length > 0 && !systems.some((name) => name === system)) {
    run.say(`nothing to do: this system is ${system}, only_on names ${systems.join(', ')}`);
    return;
  }
  for (const script of await scriptsToRun(config, run)) {
    run.say(`running locally: ${script.label}`);
    await runScript(script, config, run);
  }
}
