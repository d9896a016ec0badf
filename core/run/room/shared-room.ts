import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from '../../contract/component.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { makeDirectorySync } from '../../files/make-directory.ts';
import { isObject } from '../../json/guards.ts';
import { ledgerAt, type Entry, type Ledger } from '../../locks/ledger.ts';
import { isHere } from '../../locks/owner.ts';
import { hasRoom } from './room.ts';

const POLL_MILLISECONDS = 200;
/** A ledger of this many bytes in which nobody is any more is begun anew. */
const LARGEST_LEDGER = 64 * 1024;

/** What work wants of this machine. */
type Wish = {
  readonly load: Load;
  /** What there was for Kiln's builds when it came. */
  readonly total: Load;
};

function loadIn(value: JsonValue | undefined): Load | undefined {
  if (!isObject(value)) return undefined;
  const { memory, processors } = value;
  return typeof memory === 'number' && typeof processors === 'number' ? { memory, processors } : undefined;
}

function wishIn(line: JsonObject): Wish | undefined {
  const [load, total] = [loadIn(line['load']), loadIn(line['total'])];
  return load === undefined || total === undefined ? undefined : { load, total };
}

/** Those of this machine that run or wait: others take nothing of it. */
async function presentHere(ledger: Ledger<Wish>): Promise<readonly Entry<Wish>[]> {
  return (await ledger.present()).filter(({ owner }) => isHere(owner));
}

/** Whoever reads the ledger comes to the same answer. */
function mayEnter(entries: readonly Entry<Wish>[], ticket: string): boolean {
  // None when somebody began the ledger anew: there was nobody else.
  const upToIt = entries.slice(0, entries.findIndex((entry) => entry.ticket === ticket) + 1);
  // A running build has already taken its part of the memory that later processes find free: the largest figure is the whole.
  const room = (of: keyof Load): number => Math.max(...entries.map(({ wish }) => wish.total[of]));
  const total = { memory: room('memory'), processors: room('processors') };
  return hasRoom(
    upToIt.map(({ wish }) => wish.load),
    total,
  );
}

async function leave(path: string, ledger: Ledger<Wish>, ticket: string): Promise<void> {
  await ledger.leave(ticket);
  if ((await stat(path)).size > LARGEST_LEDGER && (await presentHere(ledger)).length === 0)
    await rm(path, { force: true });
}

/**
 * Runs a piece of work when this machine has room for it beside what all Kiln processes run that share the ledger at
 * `path`; first come, first served, and what is too large for the whole room runs alone. A process that dies leaves its
 * room. Calls `onWait` once when it has to wait. The work runs as well when the signal aborts, and when the ledger
 * cannot be written: room is a courtesy.
 */
export async function inSharedRoom<T>(
  path: string,
  wish: Wish,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const ledger = ledgerAt(path, wishIn);
  let ticket: string;
  try {
    makeDirectorySync(dirname(path), 0o700);
    ticket = await ledger.come(wish);
    for (let waits = 0; !mayEnter(await presentHere(ledger), ticket) && !signal.aborted; waits += 1) {
      if (waits === 0) onWait();
      await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } catch {
    return work();
  }
  try {
    return await work();
  } finally {
    await leave(path, ledger, ticket).catch(() => undefined);
  }
}
