import { CancelledError } from '../../errors/errors.ts';
import { onCrash } from './crash.ts';
import { isIgnored } from './ignored-signals.ts';
import { hurry } from '../output/print.ts';

const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).filter((name) => !isIgnored(name));
/** After a crash what is waited for may never come. */
const CRASH_MILLISECONDS = 10 * 60_000;

export type Cause = NodeJS.Signals | 'crash';

export interface Interruption extends Disposable {
  /** Aborts with a `CancelledError` at the first SIGINT, SIGTERM or SIGHUP, and at a crash (`onCrash`). */
  readonly signal: AbortSignal;
  /** The first signal that came. */
  received(): NodeJS.Signals | undefined;
}

/**
 * Listens until disposed of; `onSecond` ends the process without waiting for anything. It is called once, with what came
 * first, at the SIGINT or SIGTERM after it, and when ten minutes have passed since a crash.
 */
export function watchInterruption(onFirst: (cause: Cause) => void, onSecond: (cause: Cause) => void): Interruption {
  const controller = new AbortController();
  let first: Cause | undefined;
  let second = false;
  let limit: NodeJS.Timeout | undefined;
  const cancel = (cause: Cause): void => {
    first = cause;
    hurry();
    try {
      onFirst(cause);
    } finally {
      controller.abort(new CancelledError());
    }
  };
  const stop = (cause: Cause): void => {
    if (!second) onSecond(cause);
    second = true;
  };
  const listener = (name: NodeJS.Signals): void => {
    if (first === undefined) cancel(name);
    // A terminal that closes says it to the session's leader and to those at work in it: that is nobody's second wish.
    else if (name !== 'SIGHUP') stop(first);
  };
  const crash = onCrash(() => {
    limit = setTimeout(() => stop('crash'), CRASH_MILLISECONDS);
    if (first === undefined) cancel('crash');
  });
  for (const name of signals) process.on(name, listener);
  return {
    signal: controller.signal,
    received: () => (first === 'crash' ? undefined : first),
    [Symbol.dispose]: () => {
      clearTimeout(limit);
      crash[Symbol.dispose]();
      for (const name of signals) process.off(name, listener);
    },
  };
}
