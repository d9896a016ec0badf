import { CancelledError, KilnError, UsageError } from '../../errors/errors.ts';

/** The exit codes of docs/cli.md, besides those of interrupts and of a reader that stands still (see `leave`). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, leftBehind: 3, bug: 70 } as const;

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** 128 + the signal's number, as shells do; that of a bug when a crash ended the work. */
export function interruptedCode(signal: string): number {
  if (signal === 'crash') return exitCodes.bug;
  return 128 + (signalNumbers[signal] ?? 2);
}

/** What Kiln exits with when `error` ended the command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof CancelledError) return interruptedCode('SIGINT');
  return error instanceof KilnError ? exitCodes.failed : exitCodes.bug;
}
