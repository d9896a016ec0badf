import type { ClientChannel, ExecOptions as SessionOptions, PseudoTtyOptions } from 'ssh2';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError } from '../../errors/errors.ts';
import type { Login } from './log-in.ts';

const OPEN_MILLISECONDS = 60_000;
const TERMINAL: PseudoTtyOptions = { term: 'xterm', rows: 40, cols: 80, modes: { ECHO: 0 } };

export interface SessionRequest {
  readonly terminal: boolean;
  readonly forwardAgent: boolean;
  readonly signal: AbortSignal;
}

/** The library's word for a command that was asked for and not confirmed. */
const UNCONFIRMED = 'Unable to exec';

function start<T>(
  login: Login,
  command: string,
  request: SessionRequest,
  watch: (channel: ClientChannel) => T,
): Promise<T> {
  const options: SessionOptions = {};
  if (request.terminal) options.pty = TERMINAL;
  // The library's types leave this option out of commands.
  if (request.forwardAgent) Object.assign(options, { agentForward: true });
  return new Promise((resolve, reject) => {
    try {
      login.client.exec(command, options, (error, channel) => {
        if (error !== undefined) reject(error);
        else if (request.signal.aborted) channel.close();
        // A short command may have ended in the same packet: whoever listens has to do so now.
        else resolve(watch(channel));
      });
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Why there is no session; undefined when the command may have been started. */
function failureOf(login: Login, error: unknown): CommandError | undefined {
  const reason = error instanceof Error ? error.message : String(error);
  if (login.alive()) {
    return new CommandError(`the guest's SSH server refused to start a command: ${reason}`, {
      code: 'COMMUNICATOR_REFUSED',
      cause: error,
    });
  }
  if (reason === UNCONFIRMED) return undefined;
  return new CommandError(`no command could be started in the guest: ${reason}`, { code: 'COMMUNICATOR_NOT_STARTED' });
}

/**
 * Starts a command and gives its channel to `watch` before anything of it is lost. Resolves with undefined when the
 * connection went away and nobody knows whether the guest has started it. Throws `CommandError`
 * COMMUNICATOR_NOT_STARTED when the guest never had it, COMMUNICATOR_REFUSED when its server declines, and what
 * `throwIfCancelled` throws.
 */
export async function openSession<T>(
  login: Login,
  command: string,
  request: SessionRequest,
  watch: (channel: ClientChannel) => T,
): Promise<T | undefined> {
  const { signal } = request;
  const done = new AbortController();
  const opening = start(login, command, request, watch);
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(new Error('cancelled'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
  });
  const late = delay(OPEN_MILLISECONDS, undefined, { signal: done.signal }).then(() => {
    // A half-open connection would keep the next command waiting just as long.
    login.end();
    throw new Error('the guest does not answer');
  });
  try {
    return await Promise.race([opening, aborted, late]);
  } catch (error) {
    throwIfCancelled(signal);
    // The library reports a refused channel before it has noticed that the connection is gone.
    await Promise.race([login.ended, delay(200)]);
    const failure = failureOf(login, error);
    if (failure === undefined) return undefined;
    throw failure;
  } finally {
    done.abort();
    for (const promise of [opening, aborted, late]) promise.catch(() => undefined);
  }
}
