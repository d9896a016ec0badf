import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Columns of a terminal that does not say how many it has. */
export const UNKNOWN_COLUMNS = 80;

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}

/**
 * Whether the descriptor is a terminal. Asked like this, and not of `process.stdout` and its like: those make a stream,
 * and for a pipe set O_NONBLOCK for all who share it.
 */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  // What is no device is none, and node:tty takes a while to load.
  return isDevice(descriptor) && isatty(descriptor);
}

/** How many columns the terminal has at this moment; undefined when the descriptor is none. */
export function columnsOf(descriptor: 1 | 2): number | undefined {
  if (!isTerminal(descriptor)) return undefined;
  const { columns } = descriptor === 1 ? process.stdout : process.stderr;
  return columns > 0 ? columns : UNKNOWN_COLUMNS;
}

/** Lines of a terminal that does not say how many it has. */
export const UNKNOWN_ROWS = 24;
