import { randomUUID } from 'node:crypto';
import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from '../../contract/component.ts';
import { makeDirectorySync } from '../../files/make-directory.ts';
import { isHere, isOwnerAlive, thisOwner, type RunOwner } from '../../locks/owner.ts';

const POLL_MILLISECONDS = 200;
/** A ledger of this many bytes in which nobody is any more is begun anew. */
const LARGEST_LEDGER = 64 * 1024;

/** A line of the ledger: work that wants room, or is done. */
interface Entry {
  readonly ticket: string;
  readonly owner: RunOwner;
  readonly load: Load;
  /** What there was for Kiln's builds when it came. */
  readonly total: Load;
}
type Line = Entry | { readonly done: string };

function parseLine(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    // Half a line: the disk was full, or its writer died.
    return undefined;
  }
}

/** Those that run or wait, in the order in which they came. */
async function present(path: string): Promise<readonly Entry[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').map(parseLine);
  const entries = new Map<string, Entry>();
  for (const line of lines) {
    if (line === undefined) continue;
    if ('done' in line) entries.delete(line.done);
    else entries.set(line.ticket, line);
  }
  const alive = await Promise.all(
    [...entries.values()].map(async (entry) =>
      isHere(entry.owner) && (await isOwnerAlive(entry.owner, path)) ? entry : undefined,
    ),
  );
  return alive.filter((entry) => entry !== undefined);
}

/** Whoever reads the ledger comes to the same answer; one that was let in stays in, whoever comes or goes. */
function mayEnter(entries: readonly Entry[], ticket: string): boolean {
  const place = entries.findIndex((entry) => entry.ticket === ticket);
  // Somebody began the ledger anew: there was nobody else.
  if (place <= 0) return true;
  const upToIt = entries.slice(0, place + 1);
  const sum = (of: keyof Load): number => upToIt.reduce((total, { load }) => total + load[of], 0);
  // What runs takes of what the later ones find, so the largest is right.
  const room = (of: keyof Load): number => Math.max(...entries.map(({ total }) => total[of]));
  return sum('memory') <= room('memory') && sum('processors') <= room('processors');
}

async function leave(path: string, ticket: string): Promise<void> {
  await appendFile(path, `${JSON.stringify({ done: ticket })}\n`);
  if ((await stat(path)).size > LARGEST_LEDGER && (await present(path)).length === 0) await rm(path, { force: true });
}

/**
 * Runs a piece of work when this machine has room for it beside what all Kiln processes run that share the ledger at
 * `path`; first come, first served, and what is too large for the whole room runs alone. A process that dies leaves its
 * room. Calls `onWait` once when it has to wait. The work runs as well when the signal aborts, and when the ledger
 * cannot be written: room is a courtesy.
 */
export async function inSharedRoom<T>(
  path: string,
  { load, total }: Pick<Entry, 'load' | 'total'>,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const ticket = randomUUID();
  try {
    makeDirectorySync(dirname(path), 0o700);
    await appendFile(path, `\n${JSON.stringify({ ticket, owner: thisOwner(), load, total } satisfies Entry)}\n`);
    for (let waits = 0; !mayEnter(await present(path), ticket) && !signal.aborted; waits += 1) {
      if (waits === 0) onWait();
      await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } catch {
    return work();
  }
  try {
    return await work();
  } finally {
    await leave(path, ticket).catch(() => undefined);
  }
}
