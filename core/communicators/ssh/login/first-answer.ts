import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, StepError } from '../../../errors/errors.ts';

const MOST_AT_ONCE = 4;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 1000;
const FIRST_PATIENCE = 3000;
const LAST_WORDS = 50;
const LONGEST_PATIENCE = 20_000;

/** Resolves when the server has begun to speak; the bytes stay in the stream. */
function answered(stream: Duplex, place: string, patience: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer);
      stream.off('readable', onReadable).off('close', onEnd).off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
      if (failure === undefined) {
        resolve(stream);
        return;
      }
      stream.destroy();
      const message = `something accepts connections at ${place} but no SSH server answers: ${failure}`;
      reject(new StepError(message, { code: 'SSH_NO_BANNER' }));
    };
    const onReadable = (): void => {
      const bytes: unknown = stream.read();
      if (bytes === null) return;
      stream.unshift(bytes);
      finish(undefined);
    };
    const onEnd = (): void => finish('the connection was ended at once');
    const onAbort = (): void => finish('it stays silent');
    const timer = setTimeout(onAbort, patience);
    stream.on('error', () => undefined);
    stream.on('readable', onReadable).on('close', onEnd).on('end', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

export interface AnswerRequest {
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  /** For messages: "127.0.0.1:2222". */
  readonly place: string;
  readonly signal: AbortSignal;
  /** Told of what went wrong, for each try. */
  readonly onFailure: (failure: KilnError) => void;
}

/**
 * A connection on which the server has begun to speak. A guest that boots loses the first packets of a connection and
 * may get their repetition only seconds later, so some tries go on side by side and the first that is answered counts.
 * Waits until the signal aborts, then throws the last failure (`StepError` SSH_UNREACHABLE, SSH_NAME_UNKNOWN or SSH_NO_BANNER); throws
 * any other failure at once.
 */
export async function firstAnswer({ open, place, signal, onFailure }: AnswerRequest): Promise<Duplex> {
  const done = new AbortController();
  const limit = AbortSignal.any([signal, done.signal]);
  const winner = Promise.withResolvers<Duplex>();
  let failure = new StepError(`${place} cannot be reached: it does not answer`, { code: 'SSH_UNREACHABLE' });
  let patience = FIRST_PATIENCE;
  let pause = FIRST_PAUSE;
  const tries = new Set<Promise<void>>();

  const attempt = async (): Promise<void> => {
    try {
      const stream = await answered(await open(limit), place, patience, limit);
      if (done.signal.aborted) stream.destroy();
      else winner.resolve(stream);
      done.abort();
    } catch (error) {
      if (done.signal.aborted) return;
      if (
        !(error instanceof StepError) ||
        !['SSH_UNREACHABLE', 'SSH_NO_BANNER', 'SSH_NAME_UNKNOWN'].includes(error.code)
      ) {
        winner.reject(error);
        done.abort();
        return;
      }
      if (!signal.aborted || error.code === 'SSH_NO_BANNER') failure = error;
      if (!signal.aborted) onFailure(error);
      if (error.code === 'SSH_NO_BANNER') patience = Math.min(patience * 1.2, LONGEST_PATIENCE);
    }
  };
  while (!limit.aborted) {
    if (tries.size < MOST_AT_ONCE) {
      const one: Promise<void> = attempt().finally(() => tries.delete(one));
      tries.add(one);
    }
    const wait = tries.size > 1 ? Math.max(pause, patience / MOST_AT_ONCE) : pause;
    pause = Math.min(pause * 1.1, LONGEST_PAUSE);
    await delay(wait, undefined, { signal: limit }).catch(() => undefined);
  }
  // The last tries tell how it stood.
  await Promise.race([Promise.all(tries), delay(LAST_WORDS)]);
  if (!done.signal.aborted) winner.reject(failure);
  return winner.promise;
}
