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

function start(login: Login, command: string, request: SessionRequest): Promise<ClientChannel> {
  const options: SessionOptions = {};
  if (request.terminal) options.pty = TERMINAL;
  // The library's types leave this option out of commands.
  if (request.forwardAgent) Object.assign(options, { agentForward: true });
  return new Promise((resolve, reject) => {
    try {
      login.client.exec(command, options, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(error);
      });
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/**
 * Starts a command. Throws `CommandError` COMMUNICATOR_NOT_STARTED when the connection went away before the guest
 * had it, or COMMUNICATOR_REFUSED when the guest's server declines; and what `throwIfCancelled` throws.
 */
export async function openSession(login: Login, command: string, request: SessionRequest): Promise<ClientChannel> {
  const { signal } = request;
  const notStarted = (reason: string): CommandError =>
    new CommandError(`no command could be started in the guest: ${reason}`, { code: 'COMMUNICATOR_NOT_STARTED' });
  const giveUp = new AbortController();
  const opening = start(login, command, request);
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(new Error('cancelled'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: giveUp.signal });
  });
  const late = delay(OPEN_MILLISECONDS, 'the guest does not answer', { signal: giveUp.signal });
  try {
    const first = await Promise.race([opening, login.ended, aborted, late]);
    if (typeof first !== 'string') return first;
    // A half-open connection would keep the next command waiting just as long.
    if (login.alive()) login.end();
    throw notStarted(first);
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof CommandError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    // The library reports a refused channel before it has noticed that the connection is gone.
    await Promise.race([login.ended, delay(200)]);
    if (!login.alive()) throw notStarted(reason);
    throw new CommandError(`the guest's SSH server refused to start a command: ${reason}`, {
      code: 'COMMUNICATOR_REFUSED',
      cause: error,
    });
  } finally {
    giveUp.abort();
    late.catch(() => undefined);
    aborted.catch(() => undefined);
    opening.then(
      (channel) => {
        if (signal.aborted) channel.close();
      },
      () => undefined,
    );
  }
}
