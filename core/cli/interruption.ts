import { CancelledError } from '../errors/errors.ts';
import { hurry } from './print.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption extends Disposable {
  /** Aborts with a `CancelledError` at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** The first one that came. */
  received(): NodeJS.Signals | undefined;
}

/** Listens for signals until disposed of; `onSecond` ends the process without waiting for anything. */
export function watchInterruption(
  onFirst: (name: NodeJS.Signals) => void,
  onSecond: (name: NodeJS.Signals) => void,
): Interruption {
  const controller = new AbortController();
  let first: NodeJS.Signals | undefined;
  let second = false;
  const listener = (name: NodeJS.Signals): void => {
    if (first !== undefined) {
      if (!second) onSecond(first);
      second = true;
      return;
    }
    first = name;
    hurry();
    onFirst(name);
    controller.abort(new CancelledError());
  };
  for (const name of signals) process.on(name, listener);
  return {
    signal: controller.signal,
    received: () => first,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, listener);
    },
  };
}
