import type { SshConnection } from '../connection.ts';
import { runCommand } from './run-command.ts';

const COMMAND = 'cat /proc/sys/kernel/random/boot_id /proc/uptime';
const ANSWER_MILLISECONDS = 10_000;

/** Tells a guest that has restarted from a connection that broke. */
export interface BootWatch {
  /**
   * Asks the guest over a new login. Undefined when it cannot be told, since the guest is no Linux for example. Never
   * throws.
   */
  hasRestarted(login: SshConnection, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * `now` gives seconds by a clock that never goes back. Made at the first login: a guest that has run for a shorter time
 * than since then has restarted. That saves asking every guest that never goes away; from the second time on the boot
 * ids are compared.
 */
export function watchBoots(now: () => number = () => performance.now() / 1000): BootWatch {
  const began = now();
  let known: string | undefined;
  return {
    hasRestarted: async (login, signal) => {
      const options = { signal, timeout: ANSWER_MILLISECONDS, terminal: false, forwardAgent: false };
      const answer = await runCommand(login, COMMAND, options).catch(() => undefined);
      const [, id, uptime] = /([0-9a-f-]{36})\s+(\d+(?:\.\d+)?)\s/.exec(answer?.outputTail ?? '') ?? [];
      if (id === undefined || uptime === undefined) return undefined;
      const before = known;
      known = id;
      return before === undefined ? Number(uptime) < now() - began : before !== id;
    },
  };
}
