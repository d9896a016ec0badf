import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { ledgerAt } from './ledger.ts';
import { startHeartbeat } from './owner.ts';

const POLL_MILLISECONDS = 100;

/** A lock that is had until it is disposed of; disposing never throws. */
export interface HeldLock {
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Waits for a lock among all Kiln processes of this machine (and of others that share the directory) and among the
 * builds of this one; first come, first served. A process that dies loses it. The file at `path` is a ledger in which
 * whoever lives and came first has it, so no lock is broken by mistake. Calls `onWait` once when it has to wait. Throws
 * `CancelledError`.
 */
export async function holdLock(path: string, signal: AbortSignal, onWait: () => void): Promise<HeldLock> {
  await makeDirectory(dirname(path));
  const ledger = ledgerAt(path, () => ({}));
  const ticket = await ledger.come({});
  const heartbeat = startHeartbeat(path);
  const leave = async (): Promise<void> => {
    heartbeat[Symbol.dispose]();
    await ledger.leave(ticket).catch(() => undefined);
  };
  try {
    for (let waits = 0; (await ledger.present())[0]?.ticket !== ticket; waits += 1) {
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
