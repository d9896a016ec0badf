import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError } from '../../../errors/errors.ts';
import { startProcess } from '../../../process/owned.ts';
import type { SshConnection } from '../connection.ts';
import type { BuildRun } from '../../../contract/build-run.ts';
import { masterFailure, tellsFailure } from './master-failure.ts';
import type { Master } from './mux-command.ts';
import { opensshConnection } from './openssh-connection.ts';

/** Slow guests under emulation take long over a key exchange. */
const LOGIN_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 10;
const GRACE_MILLISECONDS = 2000;

export interface MasterRequest {
  readonly directory: string;
  /** What OpenSSH is called with. */
  readonly host: string;
  /** For messages. */
  readonly place: string;
  readonly jumpPlace: string | undefined;
  /** Say which option a failure there is about. */
  readonly onGuest: (failure: StepError) => StepError;
  readonly onJump: (failure: StepError) => StepError;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

let count = 0;

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** The name, in the directory, of the log of the OpenSSH that goes to the jump host. */
export const JUMP_LOG = 'jump.log';

async function failureOf(request: MasterRequest, log: string, late: boolean): Promise<StepError> {
  const { directory, place, jumpPlace, onGuest, onJump } = request;
  const jump = jumpPlace === undefined ? '' : await text(join(directory, JUMP_LOG));
  if (jumpPlace !== undefined && tellsFailure(jump)) return onJump(masterFailure(jumpPlace, jump));
  if (late) return new StepError(`${place} cannot be reached: it does not answer`, { code: 'SSH_UNREACHABLE' });
  const said = (await text(join(directory, log))) || (await text(join(directory, 'stderr')));
  const failure = masterFailure(place, said);
  const beyond = failure.code === 'SSH_UNREACHABLE' && jump.trim() !== '';
  return onGuest(beyond ? masterFailure(`${place}, through the jump host,`, jump) : failure);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Has OpenSSH log in and hold the connection, in a process that the journal knows. Throws `StepError` with the codes of
 * `masterFailure`, also when the signal aborts, and `CommandError` PROGRAM_MISSING.
 */
export async function startMaster(request: MasterRequest, run: Pick<BuildRun, 'acquire'>): Promise<SshConnection> {
  const { directory, host, signal } = request;
  const number = (count += 1);
  // Names without a directory: the path of a socket may have about a hundred characters only.
  const control = `./${number}`;
  const log = `master-${number}.log`;
  for (const name of [JUMP_LOG, 'stderr']) await rm(join(directory, name), { force: true });
  const process = await startProcess(run, {
    describe: `OpenSSH's connection to ${request.place}`,
    program: 'ssh',
    args: ['-F', join(directory, 'config'), '-M', '-N', '-S', control, '-E', log, '--', host],
    cwd: directory,
    env: request.env,
    logFile: join(directory, 'stderr'),
    graceMilliseconds: GRACE_MILLISECONDS,
  });
  const state = { alive: true };
  const ended = process.exited.then(async () => {
    state.alive = false;
    // What ended by itself is no more to be given back.
    await process.stop().catch(() => undefined);
    return masterFailure(request.place, await text(join(directory, log))).message;
  });
  const master: Master = { directory, control, log, alive: () => state.alive, ended };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MILLISECONDS)]);
  const isAlive = (): boolean => state.alive;
  for (;;) {
    if (await exists(join(directory, control))) break;
    const late = limit.aborted;
    if (!late && isAlive()) await Promise.race([ended, delay(POLL_MILLISECONDS)]);
    if (!late && isAlive()) continue;
    await process.stop();
    throw await failureOf(request, log, late);
  }
  return opensshConnection(master, () => process.stop());
}
