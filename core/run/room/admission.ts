import type { Load } from '../../contract/component.ts';
import { hasRoom } from './room.ts';
import { inSharedRoom } from './shared-room.ts';

/**
 * Runs a build when it may begin; those that wait come in the order of their calls. One without a load needs no room.
 * Calls `onWait` once when it has to wait for room.
 */
export type Admit = <T>(load: Load | undefined, onWait: () => void, work: () => Promise<T>) => Promise<T>;

export interface Limits {
  /** So many builds run or wait for room at once; 0: all. */
  readonly limit: number;
  /** What this machine has to give. */
  readonly total: Load;
  /** The ledger of all Kiln processes that share this machine; without one nobody else is asked. */
  readonly ledger?: string;
  /** When it aborts, nobody waits for other processes any more. */
  readonly signal: AbortSignal;
}

/** A build that is here: it runs, or waits. */
interface Guest {
  readonly load: Load | undefined;
  readonly onWait: () => void;
  readonly enter: () => void;
  state: 'new' | 'waits' | 'inside';
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    call();
  };
}

/** The queue of the builds of one run, in front of the ledger of all Kiln processes: by the rule of both. */
export function admission({ limit, total, ledger, signal }: Limits): Admit {
  const guests: Guest[] = [];
  const admit = (): void => {
    const loads: Load[] = [];
    for (const guest of guests.slice(0, limit === 0 ? undefined : limit)) {
      if (guest.load !== undefined) loads.push(guest.load);
      if (guest.state === 'inside') continue;
      if (guest.load === undefined || hasRoom(loads, total)) {
        guest.state = 'inside';
        guest.enter();
      } else if (guest.state === 'new') {
        guest.state = 'waits';
        guest.onWait();
      }
    }
  };
  return async (load, onWaitTwice, work) => {
    const onWait = once(onWaitTwice);
    const { promise: entered, resolve } = Promise.withResolvers<true>();
    const guest: Guest = { load, onWait, enter: () => resolve(true), state: 'new' };
    guests.push(guest);
    admit();
    await entered;
    try {
      // Only now, so that one of many builds does not keep the ledger from all others.
      if (load === undefined || ledger === undefined) return await work();
      return await inSharedRoom(ledger, { load, total }, { signal, onWait }, work);
    } finally {
      guests.splice(guests.indexOf(guest), 1);
      admit();
    }
  };
}
