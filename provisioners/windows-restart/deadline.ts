import { TimeoutError } from '../../plugins/sdk/index.ts';

export interface Deadline {
  /** Milliseconds until it, at least 1. */
  left(): number;
  /** Throws `TimeoutError` WINDOWS_RESTART_TIMEOUT, which says how the guest stood, when it is over. */
  check(state: string): void;
}

/** `timeout` in milliseconds from now. */
export function deadlineIn(timeout: number): Deadline {
  const end = performance.now() + timeout;
  return {
    left: () => Math.max(1, Math.ceil(end - performance.now())),
    check: (state) => {
      if (performance.now() < end) return;
      throw new TimeoutError(`the guest has not restarted within ${timeout / 1000} s: ${state}`, {
        code: 'WINDOWS_RESTART_TIMEOUT',
        pointer: '/restart_timeout',
        hint: 'look at its console, or raise restart_timeout',
      });
    },
  };
}
