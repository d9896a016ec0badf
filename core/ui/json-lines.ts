import type { Reader, Write } from './reader.ts';

/** Each event as one JSON object on a line of its own. */
export function jsonLines(write: Write): Reader {
  return { read: (event) => write(`${JSON.stringify(event)}\n`), end: () => undefined };
}
