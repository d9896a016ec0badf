import { isatty } from 'node:tty';

/** Columns of a terminal that does not say how many it has. */
export const UNKNOWN_COLUMNS = 80;

/**
 * Whether the descriptor is a terminal. Asked like this, and not of `process.stdout` and its like: those make a stream,
 * and for a pipe set O_NONBLOCK for all who share it.
 */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  return isatty(descriptor);
}

/** How many columns the terminal has at this moment; undefined when the descriptor is none. */
export function columnsOf(descriptor: 1 | 2): number | undefined {
  if (!isTerminal(descriptor)) return undefined;
  const { columns } = descriptor === 1 ? process.stdout : process.stderr;
  return columns > 0 ? columns : UNKNOWN_COLUMNS;
}
