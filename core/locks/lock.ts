import { randomUUID } from 'node:crypto';
import { appendFile, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { isOwnerAlive, startHeartbeat, thisOwner, type RunOwner } from './owner.ts';

const POLL_MILLISECONDS = 100;

/** A line of the lock's file: somebody wants it, or wants it no more. */
type Line = { readonly wants: string; readonly owner: RunOwner } | { readonly done: string };

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  return 'done' in value || ('wants' in value && 'owner' in value);
}

function parseLine(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? value : undefined;
  } catch {
    // Half a line: the disk was full, or its writer died.
    return undefined;
  }
}

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .map(parseLine)
    .filter((line) => line !== undefined);
}

/** The line end before it parts it from half a line. */
function append(path: string, line: Line): Promise<void> {
  return appendFile(path, `\n${JSON.stringify(line)}\n`);
}

/** Spoils the line that wants the lock, which takes no room on a disk that is full. */
async function withdraw(path: string, ticket: string): Promise<void> {
  await using file = await open(path, 'r+');
  const at = (await file.readFile()).indexOf(`{"wants":"${ticket}"`);
  if (at >= 0) await file.write(' ', at);
}

/** The first in the queue that still lives; everybody who reads it finds the same one. */
async function holderOf(path: string): Promise<string | undefined> {
  const lines = linesOf(await readFile(path, 'utf8'));
  const done = new Set(lines.map((line) => ('done' in line ? line.done : '')));
  for (const line of lines) {
    if ('wants' in line && !done.has(line.wants) && (await isOwnerAlive(line.owner, path))) return line.wants;
  }
  return undefined;
}

export interface HeldLock {
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Waits for a lock among all Kiln processes of this machine (and of others that share the directory) and among the
 * builds of this one; first come, first served. A process that dies loses it. The file at `path` is a queue that is
 * only ever appended to, so no lock is broken by mistake; half a line in it is nothing. Calls `onWait` once when it has to wait. Throws
 * `CancelledError`.
 */
export async function holdLock(path: string, signal: AbortSignal, onWait: () => void): Promise<HeldLock> {
  await makeDirectory(dirname(path));
  const ticket = randomUUID();
  await append(path, { wants: ticket, owner: thisOwner() });
  const heartbeat = startHeartbeat(path);
  const leave = async (): Promise<void> => {
    heartbeat[Symbol.dispose]();
    await append(path, { done: ticket }).catch(() => withdraw(path, ticket).catch(() => undefined));
  };
  try {
    for (let waits = 0; (await holderOf(path)) !== ticket; waits += 1) {
      throwIfCancelled(signal);
      if (waits === 0) onWait();
      await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return { [Symbol.asyncDispose]: leave };
}
