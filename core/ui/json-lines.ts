import type { Reporter, Write } from './reporter.ts';

/** Each event as one JSON object on a line of its own. */
export function jsonLines(write: Write): Reporter {
  return { report: (event) => write(`${JSON.stringify(event)}\n`), end: () => undefined };
}
