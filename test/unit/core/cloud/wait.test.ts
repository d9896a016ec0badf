import { describe, expect, it } from 'vitest';
import { retryWhile, waitFor, type PollResult, type Wait } from '../../../../core/cloud/wait.ts';

class NotThere extends Error {}

/** A wait that sees these one after another, and the last one again and again. */
function waitSeeing<T>(seen: readonly (PollResult<T> | Error | undefined)[], more: Partial<Wait<T>> = {}): Wait<T> {
  let looks = 0;
  return {
    what: 'the disk 7 to be ready',
    look: () => {
      const found = seen[Math.min(looks, seen.length - 1)];
      looks += 1;
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    limit: { milliseconds: 5000, pointer: '/patience', hint: 'patience sets how long is waited' },
    codes: { failed: 'CLOUD_FAILED', timeout: 'CLOUD_TIMEOUT' },
    signal: new AbortController().signal,
    longestPause: 1,
    isNotFound: (error) => error instanceof NotThere,
    ...more,
  };
}

describe('a wait', () => {
  it('resolves with what is done, and tells each new state once', async () => {
    const states: string[] = [];
    const seen = [undefined, { state: 'queued' }, { state: 'queued' }, { state: 'copying' }, { done: 7 }];
    expect(await waitFor(waitSeeing(seen, { onState: (state) => states.push(state) }))).toBe(7);
    expect(states).toEqual(['not known yet', 'queued', 'copying']);
  });

  it('fails with the reason of the provider, and its own code', async () => {
    const seen = [{ state: 'queued' }, { failed: 'no room is left', hint: 'make room' }];
    await expect(waitFor(waitSeeing(seen))).rejects.toMatchObject({
      message: 'waiting for the disk 7 to be ready: no room is left',
      code: 'CLOUD_FAILED',
      hint: 'make room',
    });
  });

  it('gives up after its limit with the last state, and names the option', async () => {
    const limit = { milliseconds: 20, pointer: '/patience', hint: 'patience sets how long is waited' };
    await expect(waitFor(waitSeeing([{ state: 'copying' }], { limit }))).rejects.toMatchObject({
      message: 'the disk 7 to be ready: not after 0 s; it is copying',
      code: 'CLOUD_TIMEOUT',
      pointer: '/patience',
      hint: 'patience sets how long is waited',
    });
  });

  it('bears with a thing that is not known yet, but not with one that has gone', async () => {
    expect(await waitFor(waitSeeing([new NotThere(), new NotThere(), { done: 'here' }]))).toBe('here');
    await expect(waitFor(waitSeeing([{ state: 'queued' }, new NotThere()]))).rejects.toBeInstanceOf(NotThere);
    await expect(waitFor(waitSeeing([new NotThere()], { mayBeUnknown: 10 }))).rejects.toBeInstanceOf(NotThere);
  });

  it('throws what else a look throws', async () => {
    await expect(waitFor(waitSeeing([new Error('no network')]))).rejects.toThrow('no network');
  });

  it('ends when it is cancelled', async () => {
    const cancelling = new AbortController();
    const waiting = waitFor(waitSeeing([{ state: 'copying' }], { signal: cancelling.signal, longestPause: 60_000 }));
    cancelling.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('an attempt', () => {
  const { signal } = new AbortController();
  const passes = (error: unknown): boolean => error instanceof NotThere;

  it('is made again while its error may pass', async () => {
    let attempts = 0;
    const attempt = (): Promise<number> => {
      attempts += 1;
      return attempts < 2 ? Promise.reject(new NotThere()) : Promise.resolve(attempts);
    };
    expect(await retryWhile(attempt, passes, { signal, limit: 5000 })).toBe(2);
  });

  it.for([
    { what: 'an error that stays', error: new Error('forbidden'), limit: 5000 },
    { what: 'one that may pass, for which there is no more time', error: new NotThere(), limit: 100 },
  ])('is made once with $what', async ({ error, limit }) => {
    let attempts = 0;
    const attempt = (): Promise<never> => {
      attempts += 1;
      return Promise.reject(error);
    };
    await expect(retryWhile(attempt, passes, { signal, limit })).rejects.toBe(error);
    expect(attempts).toBe(1);
  });
});
