import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { isOwnerAlive, startHeartbeat, thisOwner, type RunOwner } from './owner.ts';

const POLL_MILLISECONDS = 100;

/** A line of the lock's file: somebody wants it, or wants it no more. */
type Line = { readonly wants: string; readonly owner: RunOwner } | { readonly done: string };

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
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
 * only ever appended to, so no lock is broken by mistake. Calls `onWait` once when it has to wait. Throws
 * `CancelledError`.
 */
export async function holdLock(path: string, signal: AbortSignal, onWait: () => void): Promise<HeldLock> {
  await mkdir(dirname(path), { recursive: true });
  const ticket = randomUUID();
  await appendFile(path, `${JSON.stringify({ wants: ticket, owner: thisOwner() })}\n`);
  const heartbeat = startHeartbeat(path);
  const leave = async (): Promise<void> => {
    heartbeat[Symbol.dispose]();
    await appendFile(path, `${JSON.stringify({ done: ticket })}\n`);
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
