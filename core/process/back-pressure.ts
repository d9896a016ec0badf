import { once } from 'node:events';
import type { Readable } from 'node:stream';

let held: Promise<void> | undefined;

/**
 * Whoever writes what programs say calls this when more of it waits to be written than should be in memory: until then
 * nothing more is read from them.
 */
export function holdReading(until: Promise<void>): void {
  const hold = until.finally(() => {
    if (held === hold) held = undefined;
  });
  held = hold;
}

export function isReadingHeld(): boolean {
  return held !== undefined;
}

/** Resolves when reading may go on, or the signal has aborted. */
export async function untilReadable(signal: AbortSignal): Promise<void> {
  if (held === undefined || signal.aborted) return;
  const over = new AbortController();
  const isAborted = (): boolean => signal.aborted;
  const aborted = once(signal, 'abort', { signal: over.signal }).catch(() => undefined);
  do await Promise.race([held, aborted]);
  while (isReadingHeld() && !isAborted());
  over.abort();
}

/** Stops a stream for as long as reading is held; called after each chunk. */
export function pauseWhileHeld(stream: Readable): void {
  if (held === undefined || stream.isPaused()) return;
  stream.pause();
  void held.then(() => stream.resume());
}
