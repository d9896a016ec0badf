import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from '../errors/errors.ts';
import { findProgram, isThere } from './find-program.ts';
import { guestEnvironment } from './guest-environment.ts';

export interface SpawnOptions {
  /** Working directory; default: Kiln's own. */
  readonly cwd?: string;
  /** Added to Kiln's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it does is a guest's: of Kiln's own environment it gets what `guestEnvironment` gives. */
  readonly forGuest?: boolean;
  /** All that it gets, in place of Kiln's own environment and of `env`. */
  readonly onlyEnv?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
  /** It uses Kiln's terminal, and stays in the group of processes that has it. */
  readonly atTerminal?: boolean;
  /** It is in the journal, and outlives Kiln when it has to. */
  readonly journaled?: boolean;
}

/** Process ids of the programs that run and that no journal knows. */
const unjournaledPids = new Set<number>();

async function failure(
  program: string,
  { cwd, path }: { readonly cwd: string | undefined; readonly path: string | undefined },
  error: NodeJS.ErrnoException,
): Promise<CommandError> {
  const directoryMissing =
    cwd !== undefined &&
    !(await stat(cwd).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  if (directoryMissing) {
    return new CommandError(`cannot run ${program}: the working directory ${cwd} does not exist`, {
      code: 'PROGRAM_FAILED',
      cause: error,
    });
  }
  // The system says EACCES, too, when one directory of PATH is closed to Kiln and the others do not have the program.
  if (error.code === 'ENOENT' || (error.code === 'EACCES' && !isThere(program, path))) {
    return new CommandError(`the program ${program} is missing`, {
      code: 'PROGRAM_MISSING',
      hint: 'install it, or put its directory on PATH; "kiln doctor" names the packages',
      cause: error,
    });
  }
  return new CommandError(`cannot run ${program}: ${error.message}`, { code: 'PROGRAM_FAILED', cause: error });
}

/** What the system is asked to start, which then says why it cannot. With another `cwd` a relative path would start there. */
function notFound(program: string): string {
  return program.includes('/') ? resolve(program) : program;
}

/**
 * Starts a program as the leader of its own process group (but for one `atTerminal`), so that its children can be stopped with it and a Ctrl-C
 * in the terminal reaches Kiln alone. Resolves when it runs; throws `CommandError` PROGRAM_MISSING or PROGRAM_FAILED.
 * The only place that starts processes.
 */
export async function spawnProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess & { readonly pid: number }> {
  const own = options.forGuest === true ? guestEnvironment() : process.env;
  const env: NodeJS.ProcessEnv = options.onlyEnv ?? { ...own, ...options.env };
  const child = spawn(findProgram(program, env['PATH']) ?? notFound(program), args, {
    detached: options.atTerminal !== true,
    stdio: options.stdio,
    env,
    // As the shell calls it: some programs go by the name that they have.
    ...(program.includes('/') ? {} : { argv0: program }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (error) {
    throw await failure(program, { cwd: options.cwd, path: env['PATH'] }, error as NodeJS.ErrnoException);
  }
  const started = child as ChildProcess & { readonly pid: number };
  if (options.journaled !== true) {
    unjournaledPids.add(started.pid);
    child.once('exit', () => unjournaledPids.delete(started.pid));
  }
  return started;
}

function signalTarget(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Signals the process group that `pid` leads, or `pid` alone when it leads none (its leader has ended before it). */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (!signalTarget(-pid, signal)) signalTarget(pid, signal);
}

/** SIGKILL to the group that `pid` led, should there still be one; false when there is none, or it is another user's. */
export function signalRestOfGroup(pid: number): boolean {
  try {
    return signalTarget(-pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** For a Kiln that is about to end without waiting: SIGKILL to all programs that no journal knows, and their groups. */
export function killPassingPrograms(): void {
  for (const pid of unjournaledPids) signalGroup(pid, 'SIGKILL');
}
