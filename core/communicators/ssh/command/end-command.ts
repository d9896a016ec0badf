import { setTimeout as delay } from 'node:timers/promises';
import type { CommandChannel, SshConnection, SessionRequest } from '../connection.ts';

const GRACE_MILLISECONDS = 1500;
const LAST_MILLISECONDS = 1000;

/**
 * OpenSSH passes no signals on when root is logged in. The commands of a connection are then the other children of
 * the process that serves it, each the leader of its own process group.
 */
function killOthers(name: 'TERM' | 'KILL'): string {
  const script = `for p in $(cat /proc/$PPID/task/$PPID/children); do [ $p = $$ ] || kill -s ${name} -- -$p; done`;
  return `exec sh -c '${script}' 2>/dev/null`;
}

async function signalOthers(login: SshConnection, name: 'TERM' | 'KILL'): Promise<void> {
  const request: SessionRequest = { terminal: false, forwardAgent: false, signal: new AbortController().signal };
  try {
    // A server that allows one session only does not let it be reached.
    const start = await login.start(killOthers(name), request, (channel) => {
      channel.stdout.resume();
      channel.stderr.resume();
      channel.stdin?.on('error', () => undefined).end();
      return { closed: channel.closed };
    });
    if ('started' in start) await start.started.closed;
  } catch {
    // Nor does one that is gone.
  }
}

/** Ends a command whose time is up, first kindly. `closed` resolves when it has ended. Never throws. */
export async function endCommand(
  login: SshConnection,
  channel: CommandChannel,
  closed: Promise<unknown>,
  alone: boolean,
): Promise<void> {
  const state = { ended: false };
  const watched = closed.then(() => (state.ended = true));
  const wait = (limit: number): Promise<unknown> => Promise.race([watched, delay(limit, undefined, { ref: false })]);
  channel.signal('TERM');
  await wait(GRACE_MILLISECONDS / 3);
  // Which of several commands was meant could not be told.
  if (!state.ended && alone) await Promise.race([signalOthers(login, 'TERM'), wait(LAST_MILLISECONDS)]);
  if (!state.ended) await wait(GRACE_MILLISECONDS);
  if (state.ended) return;
  channel.signal('KILL');
  if (alone) await Promise.race([signalOthers(login, 'KILL'), wait(LAST_MILLISECONDS)]);
  channel.close();
}
