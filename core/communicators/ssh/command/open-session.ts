import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { guestNotAsked, guestRefused } from '../../../errors/guest-failure.ts';
import type { CommandChannel, SshConnection, SessionRequest, Start } from '../connection.ts';
import { untilSession } from './retry.ts';

const OPEN_MILLISECONDS = 60_000;

type Failed = Exclude<Start<never>, { readonly started: never }>;

function reasonOf(failed: Failed): string {
  if ('refused' in failed) return failed.refused;
  return 'unconfirmed' in failed ? failed.unconfirmed : failed.notSent;
}

/** Returns when the command may have been started, and throws when not. */
function checkUnknown(login: SshConnection, failed: Failed, cause: unknown): void {
  const reason = reasonOf(failed);
  if (login.alive()) {
    throw guestRefused(`the guest's SSH server refused to start a command: ${reason}`, { cause });
  }
  if (!('unconfirmed' in failed)) throw guestNotAsked(`no command could be started in the guest: ${reason}`);
}

/**
 * Starts a command and gives its channel to `watch` before anything of it is lost. Resolves with undefined when the
 * connection went away and nobody knows whether the guest has started it. Throws `CommandError`
 * COMMUNICATOR_NOT_STARTED when the guest never had it, COMMUNICATOR_REFUSED when its server declines, what reading
 * `stdin` here throws and what `throwIfCancelled` throws.
 */
export async function openSession<T>(
  login: SshConnection,
  command: string,
  request: SessionRequest,
  watch: (channel: CommandChannel) => T,
): Promise<T | undefined> {
  const { signal, stdin } = request;
  const done = new AbortController();
  let cause: unknown;
  const opening = untilSession(login, signal, () => login.start(command, request, watch)).catch(
    (error: unknown): Failed => {
      if (stdin instanceof Readable && stdin.errored === error) throw error;
      cause = error;
      return { notSent: error instanceof Error ? error.message : String(error) };
    },
  );
  const aborted = new Promise<Failed>((resolve) => {
    const onAbort = (): void => resolve({ notSent: 'cancelled' });
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
  });
  const late = delay(OPEN_MILLISECONDS, undefined, { signal: done.signal }).then((): Failed => {
    // A half-open connection would keep the next command waiting just as long.
    void login.end();
    return { notSent: 'the guest does not answer' };
  });
  try {
    const outcome = await Promise.race([opening, aborted, late]);
    if ('started' in outcome) return outcome.started;
    throwIfCancelled(signal);
    // The library reports a refused channel before it has noticed that the connection is gone.
    await Promise.race([login.ended, delay(200)]);
    checkUnknown(login, outcome, cause);
    return undefined;
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    done.abort();
    for (const promise of [opening, late]) promise.catch(() => undefined);
  }
}
