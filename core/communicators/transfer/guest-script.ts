import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, KilnError, StepError } from '../../errors/errors.ts';
import { guestLost } from '../../errors/guest-failure.ts';
import { shellWord } from '../../scripts/quote.ts';
import type { Communicator, ExecOptions, ExecResult } from '../../contract/communicator.ts';

export type ScriptRequest = Pick<ExecOptions, 'signal' | 'stdin' | 'stdout'>;

const MARK = 'kiln-shell-is-here';
const LONGEST_WORDS = 500;
const LOOK_MILLISECONDS = 10_000;

/** A path as a command in the guest takes it: never read as an option; commands start in the home directory. */
function guestPath(path: string): string {
  if (path === '~') return '.';
  if (path.startsWith('~/')) return `./${path.slice(2)}`;
  return path.startsWith('/') ? path : `./${path}`;
}

export interface ScriptAnswer extends ExecResult {
  /** The last line that the script wrote to standard error. */
  readonly reason: string;
}

/** A guest that has no such shell, or does not let it be used. */
export interface NoShell {
  /** What it wrote instead, on one line. */
  readonly words: string;
}

/** A script of POSIX sh on one line, with paths as "$1" and so on and other arguments after them. */
export interface GuestScript {
  /** For errors: "writing /etc/motd in the guest". */
  readonly doing: string;
  readonly script: string;
  readonly paths: readonly string[];
  readonly given?: readonly (string | number)[];
}

/** Runs scripts in a guest; see `runGuestScript`. */
export type RunScript = (script: GuestScript, request: ScriptRequest) => Promise<ScriptAnswer | NoShell>;

export function hasNoShell(answer: ScriptAnswer | NoShell): answer is NoShell {
  return 'words' in answer;
}

function onOneLine(text: string): string {
  const words = text.trim().replace(/\s+/g, ' ');
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words;
}

/** Asks whether there is a shell at all, which does nothing. Throws what `throwIfCancelled` throws. */
async function lookForShell(exec: Communicator['exec'], signal: AbortSignal): Promise<NoShell | undefined> {
  const options = { signal, terminal: false, timeout: LOOK_MILLISECONDS };
  const tail = await exec(`exec sh -c ${shellWord(`echo ${MARK}`)}`, options).then(
    ({ outputTail }) => outputTail,
    () => '',
  );
  throwIfCancelled(signal);
  return tail.split(/\r?\n/).includes(MARK) ? undefined : { words: onOneLine(tail) };
}

/** Runs a script in the guest. Throws `CommandError` COMMUNICATOR_LOST. */
export async function runGuestScript(
  exec: Communicator['exec'],
  { doing, script, paths, given = [] }: GuestScript,
  request: ScriptRequest,
): Promise<ScriptAnswer | NoShell> {
  const args = [...paths.map(guestPath), ...given.map(String)].map(shellWord).join(' ');
  const heard = { mark: false, reason: '' };
  // Words in csh may not hold line ends, so everything is on one line.
  const running = exec(`exec sh -c ${shellWord(`echo ${MARK} >&2; ${script}`)} kiln ${args}`, {
    ...request,
    terminal: false,
    onLine: (stream, line) => {
      if (stream === 'stderr' && line === MARK) heard.mark = true;
      else if (stream === 'stderr' && line.trim() !== '') heard.reason = line.trim();
    },
  });
  // What makes no sense here may be words of a guest without a shell.
  const result = await running.catch(async (error: unknown) => {
    const isLocal = request.stdout !== undefined && !heard.mark && !(error instanceof KilnError);
    const noShell = isLocal ? await lookForShell(exec, request.signal) : undefined;
    if (noShell === undefined) throw error;
    return noShell;
  });
  if ('words' in result) return result;
  if (result.disconnected) {
    throw guestLost(`the connection to the guest was lost while ${doing}`);
  }
  if (!heard.mark) {
    const asked = request.stdout === undefined ? undefined : await lookForShell(exec, request.signal);
    return asked ?? { words: onOneLine(result.outputTail) };
  }
  return { ...result, reason: heard.reason.replace(/^(?:sh|kiln|cat|tar|mkdir): (?:\d+: )?/, '') };
}

/** The error for a transfer that the guest did not take part in. */
export function transferFailed(doing: string, reason: string): CommandError {
  const why = reason === '' ? 'the guest gives no reason' : reason;
  return new CommandError(`${doing} failed: ${why}`, { code: 'COMMUNICATOR_TRANSFER_FAILED' });
}

/** The error for a transfer that there is no way for. */
export function noTransferMethod(
  doing: string,
  { lacking }: Pick<TransferMethods<never>, 'lacking'>,
  words: string,
): CommandError {
  return transferFailed(doing, words === '' ? lacking : `${lacking}; it says: ${words}`);
}

/** The error for something on this side. */
export function localFailure(doing: string, cause: unknown): StepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StepError(`${doing} failed on this machine: ${reason}`, { code: 'TRANSFER_LOCAL_FILE', cause });
}

/** Another way than by scripts. Resolves with false when the guest does not offer it. */
export type TransferMethod<Job> = (job: Job, doing: string, signal: AbortSignal) => Promise<boolean>;

/** How files get into a guest and out of it. */
export interface TransferMethods<Job> {
  readonly run: RunScript;
  /** Tried before the script. */
  readonly first?: TransferMethod<Job>;
  /** Tried when the guest cannot run the script. */
  readonly last?: TransferMethod<Job>;
  /** Why there is no way left: "the guest offers neither a shell nor SFTP". */
  readonly lacking: string;
}
