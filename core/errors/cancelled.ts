import { CancelledError, KilnError } from './errors.ts';

/** Throws when the signal has aborted: its reason when that is one of Kiln's errors, `CancelledError` otherwise. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof KilnError ? signal.reason : new CancelledError();
}
