import { CancelledError, KilnError, StepError } from '../../plugins/sdk/index.ts';

const INTERRUPTED = 'UPLOAD_INTERRUPTED';

/** Failures after which the far end has said how long to leave it alone. Milliseconds. */
const pauses = new WeakMap<KilnError, number>();

/** What may pass by itself: a lost connection, a server that has too much to do. `pause`: how long it asks for, in milliseconds. */
export function interrupted(message: string, cause?: unknown, pause?: number): StepError {
  const error = new StepError(message, { code: INTERRUPTED, cause });
  if (pause !== undefined) pauses.set(error, pause);
  return error;
}

export function mayPass(error: unknown): error is StepError {
  return error instanceof StepError && error.code === INTERRUPTED;
}

export function askedPause(error: KilnError): number {
  return pauses.get(error) ?? 0;
}

/** The target does not do what it was asked for, and will not. */
export function refused(message: string, hint?: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'UPLOAD_REFUSED', hint, cause });
}

/** What arrived is not what was sent. */
export function damaged(url: string, what: string): StepError {
  return new StepError(`what arrived at ${url} is not what was sent: ${what}`, {
    code: 'UPLOAD_DAMAGED',
    hint: 'the network or the server has changed it, or the file was changed while it was sent',
  });
}

export function isDamaged(error: unknown): boolean {
  return error instanceof KilnError && error.code === 'UPLOAD_DAMAGED';
}

/** The far end knows nothing of an upload that it has begun: it has to begin anew. */
export function forgotten(url: string): StepError {
  return new StepError(`the upload to ${url} is forgotten there`, { code: 'UPLOAD_LOST' });
}

export function isForgotten(error: unknown): boolean {
  return error instanceof KilnError && error.code === 'UPLOAD_LOST';
}

/** Errors of Kiln's own and what comes of a cancel pass; anything else becomes what `wrap` makes of it. */
export function unlessOurs(error: unknown, signal: AbortSignal, wrap: (error: unknown) => unknown): unknown {
  if (signal.aborted) return new CancelledError();
  return error instanceof KilnError ? error : wrap(error);
}
