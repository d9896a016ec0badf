import { setTimeout as sleep } from 'node:timers/promises';
import { OpenStackError } from '../errors/openstack-error.ts';
import type { RetrySettings } from '../settings.ts';
import { isSafe } from './read-reach-failure.ts';

/**
 * Whether a request may be sent again: the server surely did not carry it out, or it changes nothing. A lost answer to
 * a request that makes or changes something is the caller's to look after.
 */
export function isRepeatable(error: unknown, method: string): error is OpenStackError {
  if (!(error instanceof OpenStackError)) return false;
  switch (error.reason) {
    case 'unreachable':
      // A name that is not known does not become known in a few seconds.
      return error.code !== 'ENOTFOUND';
    case 'rate-limited':
      return true;
    case 'unavailable':
      return (isSafe(method) && error.status !== 501) || (error.status === 503 && error.retryAfter !== undefined);
    case 'lost':
      return isSafe(method);
    default:
      return false;
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Milliseconds before try number `tries` + 1; the server's word, or twice as long each time, give or take a quarter. */
function delayBefore(error: OpenStackError, tries: number, { delay = 500 }: RetrySettings): number {
  return error.retryAfter ?? delay * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
}

/** Does it again while that is safe and may help; throws the last error. */
export async function withRetries<T>(
  method: string,
  settings: RetrySettings,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const { retries = 4, longestDelay = 60_000 } = settings;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > retries || !isRepeatable(error, method)) throw error;
      const wait = delayBefore(error, tries, settings);
      if (wait > longestDelay) throw error;
      await pause(wait, signal);
    }
  }
}
