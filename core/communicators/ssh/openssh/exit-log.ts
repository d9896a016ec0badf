import { readFile } from 'node:fs/promises';
import type { CommandEnd } from '../login.ts';

/**
 * How the session with this number ended, from the log of the process that holds the connection; undefined when it has
 * not. Numbers are used again: only what was logged since `from` counts.
 */
export async function endOfSession(logFile: string, session: number, from: number): Promise<CommandEnd | undefined> {
  const log = (await readFile(logFile).catch(() => Buffer.alloc(0))).subarray(from).toString('latin1');
  const status = new RegExp(String.raw`channel ${session}: exit message, exitval (\d+)`).exec(log)?.[1];
  if (status !== undefined) return { exitStatus: Number(status), signalName: undefined };
  // Which signal it was is not logged.
  if (log.includes(`channel ${session} rtype exit-signal`)) return { exitStatus: undefined, signalName: 'unknown' };
  return undefined;
}
