import { CommandError, StepError } from '../../errors/errors.ts';
import { shellWord } from '../../scripts/quote.ts';
import type { ExecResult } from '../communicator.ts';
import type { GuestLink } from './guest-link.ts';
import { runCommand, type RunCommandOptions } from './run-command.ts';

export type ShellRequest = Pick<RunCommandOptions, 'signal' | 'stdin' | 'stdout'>;

const MARK = 'kiln-shell-is-here';

/** Runs a command; one that the guest never got because the connection was lost is run over a new one. */
export async function runOverLink(link: GuestLink, command: string, options: RunCommandOptions): Promise<ExecResult> {
  try {
    return await runCommand(await link.login(options.signal), command, options);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMUNICATOR_NOT_STARTED') throw error;
    return runCommand(await link.login(options.signal), command, options);
  }
}

/** A path as a command in the guest takes it: never read as an option; commands start in the home directory. */
function guestPath(path: string): string {
  if (path === '~') return '.';
  if (path.startsWith('~/')) return `./${path.slice(2)}`;
  return path.startsWith('/') ? path : `./${path}`;
}

export interface ShellAnswer extends ExecResult {
  /** The last line that the script wrote to standard error. */
  readonly reason: string;
}

/**
 * Runs a script of POSIX sh, on one line, with paths as "$1" and so on and other arguments after them. Undefined when
 * the guest has no such shell or does not let it be used. Throws `CommandError` COMMUNICATOR_LOST.
 */
export async function runShell(
  link: GuestLink,
  doing: string,
  script: string,
  paths: readonly string[],
  given: readonly (string | number)[],
  request: ShellRequest,
): Promise<ShellAnswer | undefined> {
  const args = [...paths.map(guestPath), ...given.map(String)].map(shellWord).join(' ');
  const heard = { mark: false, reason: '' };
  // Words in csh may not hold line ends, so everything is on one line.
  const result = await runOverLink(link, `exec sh -c ${shellWord(`echo ${MARK} >&2; ${script}`)} kiln ${args}`, {
    ...request,
    terminal: false,
    forwardAgent: false,
    onLine: (stream, line) => {
      if (stream === 'stderr' && line === MARK) heard.mark = true;
      else if (stream === 'stderr' && line.trim() !== '') heard.reason = line.trim();
    },
  });
  if (result.disconnected) {
    throw new CommandError(`the connection to the guest was lost while ${doing}`, { code: 'COMMUNICATOR_LOST' });
  }
  if (!heard.mark) return undefined;
  return { ...result, reason: heard.reason.replace(/^(?:sh|kiln|cat|tar|mkdir): (?:\d+: )?/, '') };
}

/** The error for a transfer that the guest did not take part in. */
export function transferFailed(doing: string, reason: string): CommandError {
  const why = reason === '' ? 'the guest gives no reason' : reason;
  return new CommandError(`${doing} failed: ${why}`, { code: 'COMMUNICATOR_TRANSFER_FAILED' });
}

/** The error for something on this side. */
export function localFailure(doing: string, cause: unknown): StepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StepError(`${doing} failed on this machine: ${reason}`, { code: 'TRANSFER_LOCAL_FILE', cause });
}
