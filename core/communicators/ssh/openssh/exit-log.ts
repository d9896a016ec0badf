import { readFile } from 'node:fs/promises';
import type { CommandEnd } from '../connection.ts';

/**
 * Where the log of the process that holds the connection begins to tell of the session with this number, which has just
 * been confirmed; its end when it does not say. Numbers are used again, and what ended before may be logged late.
 */
export async function startOfSession(logFile: string, session: number): Promise<number> {
  const log = await readFile(logFile).catch(() => Buffer.alloc(0));
  const start = log.lastIndexOf(`channel ${session}: new `);
  return start < 0 ? log.length : start;
}

/** How the session with this number ended, from what that log says since `from`; undefined when it has not. */
export async function endOfSession(logFile: string, session: number, from: number): Promise<CommandEnd | undefined> {
  const log = (await readFile(logFile).catch(() => Buffer.alloc(0))).subarray(from).toString('latin1');
  const status = new RegExp(String.raw`channel ${session}: exit message, exitval (\d+)`).exec(log)?.[1];
  if (status !== undefined) return { exitStatus: Number(status), signalName: undefined };
  // Which signal it was is not logged.
  if (log.includes(`channel ${session} rtype exit-signal`)) return { exitStatus: undefined, signalName: 'unknown' };
  return undefined;
}
