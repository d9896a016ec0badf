import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { CommandError } from '../../../errors/errors.ts';
import { UNCONFIRMED, type CommandChannel, type Login, type SessionRequest } from '../connection.ts';

const OPEN_MILLISECONDS = 60_000;
/** A server that allows few sessions counts one until its process has gone, which is after it was told to have ended. */
const PAUSES = [50, 100, 200, 400, 800, 1600, 3200];
/** What either backend says when the server opened no session: the command was not even asked for. */
const NO_SESSION = /Channel open failure|Session open refused/;

async function startPatiently<T>(
  login: Login,
  command: string,
  request: SessionRequest,
  watch: (channel: CommandChannel) => T,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await login.start(command, request, watch);
    } catch (error) {
      if (!(error instanceof Error && NO_SESSION.test(error.message)) || !login.alive()) throw error;
      await delay(pause);
      if (request.signal.aborted) throw error;
    }
  }
  return login.start(command, request, watch);
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
 * COMMUNICATOR_NOT_STARTED when the guest never had it, COMMUNICATOR_REFUSED when its server declines, what reading
 * `stdin` here throws and what `throwIfCancelled` throws.
 */
export async function openSession<T>(
  login: Login,
  command: string,
  request: SessionRequest,
  watch: (channel: CommandChannel) => T,
): Promise<T | undefined> {
  const { signal } = request;
  const done = new AbortController();
  const opening = startPatiently(login, command, request, watch);
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(new Error('cancelled'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
  });
  const late = delay(OPEN_MILLISECONDS, undefined, { signal: done.signal }).then(() => {
    // A half-open connection would keep the next command waiting just as long.
    void login.end();
    throw new Error('the guest does not answer');
  });
  try {
    return await Promise.race([opening, aborted, late]);
  } catch (error) {
    throwIfCancelled(signal);
    if (request.stdin instanceof Readable && request.stdin.errored === error) throw error;
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
