import { setTimeout as delay } from 'node:timers/promises';
import type { SFTPWrapper } from 'ssh2';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { KilnError, type CommandError } from '../../../errors/errors.ts';
import { guestLost } from '../../../errors/guest-failure.ts';
import { isGone, type ConnectionSource, type SshConnection } from '../connection.ts';

const OPEN_MILLISECONDS = 60_000;
const SETTLE_MILLISECONDS = 2000;

/** The library leaves a session behind with every refusal, and servers allow a few only: they are asked once. */
const without = new WeakSet<SshConnection>();

/** Waits for one request, as the library's methods take it, to be answered. */
export function answerOf<T>(ask: (done: (error: Error | null | undefined, value: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, value) => {
      if (error === null || error === undefined) resolve(value);
      else reject(error);
    });
  });
}

/** The same for requests that are only confirmed. */
export function confirmed(ask: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    ask((error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

/**
 * Opens an SFTP session for `body`. Resolves with false when the guest offers none. Throws `CommandError`
 * COMMUNICATOR_LOST, what `body` throws, and what `throwIfCancelled` throws.
 */
export async function withSftp(
  link: ConnectionSource,
  doing: string,
  signal: AbortSignal,
  body: (sftp: SFTPWrapper) => Promise<void>,
): Promise<boolean> {
  const login = await link.login(signal);
  if (without.has(login)) return false;
  const lost = (): CommandError => guestLost(`the connection to the guest was lost while ${doing}`);
  const stop = Promise.withResolvers<never>();
  void login.ended.then(() => stop.reject(lost()));
  const onAbort = (): void => stop.reject(new Error('cancelled'));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let sftp: SFTPWrapper | undefined;
  const session = { hasEnded: false };
  try {
    const late = delay(OPEN_MILLISECONDS, undefined, { ref: false });
    sftp = await Promise.race([login.openSftp(), stop.promise, late]);
    if (sftp === undefined) {
      if (await isGone(login)) throw lost();
      without.add(login);
      return false;
    }
    sftp.on('error', () => undefined);
    sftp.once('end', () => (session.hasEnded = true));
    const doingIt = body(sftp);
    // Its requests fail then; whoever does it again must not meet it.
    const settled = doingIt.catch(() => undefined);
    void stop.promise.catch(() => sftp?.end());
    await Promise.race([doingIt, stop.promise]).catch(async (error: unknown) => {
      await Promise.race([settled, delay(SETTLE_MILLISECONDS, undefined, { ref: false })]);
      throw error;
    });
    return true;
  } catch (error) {
    throwIfCancelled(signal);
    // What the library says of its requests then is less than the reason for them.
    if (await isGone(login)) throw lost();
    // The end of a connection shows in its sessions first, and a server may end one alone: the library gives requests up by an
    // error that is none of ours, nor an answer.
    if (session.hasEnded && !(error instanceof KilnError)) throw lost();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.promise.catch(() => undefined);
    sftp?.end();
  }
}
