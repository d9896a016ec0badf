import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled, type Ui } from '../../plugins/sdk/index.ts';
import { askedPause, mayPass } from './failure.ts';

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 15_000;

/** Keeps on trying, as long as something goes well now and then. */
export interface Patience {
  /** Does something again while its failure may pass by itself. Throws the last failure, and `CancelledError`. */
  patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** `limit` is how long all may fail without anything going well. Milliseconds. */
export function patience(limit: number, run: Pick<Ui, 'warn' | 'debug'>): Patience {
  /** Since when nothing goes well; undefined while all does. */
  let failingSince: number | undefined;
  let told = '';
  return {
    patiently: async (work, signal) => {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
        const started = performance.now();
        try {
          const result = await work();
          failingSince = undefined;
          return result;
        } catch (error) {
          throwIfCancelled(signal);
          if (!mayPass(error)) throw error;
          failingSince ??= started;
          const wait = Math.max(pause * (0.5 + Math.random()), askedPause(error));
          if (performance.now() + wait - failingSince > limit) throw error;
          if (error.message !== told) run.warn(`${error.message}; trying again`);
          told = error.message;
          await delay(wait, undefined, { signal }).catch(() => undefined);
          throwIfCancelled(signal);
        }
      }
    },
  };
}
