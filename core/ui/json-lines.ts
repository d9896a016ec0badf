import type { KilnEvent } from '../events/event.ts';
import { nothingForTheMoment, type Reporter, type Write } from './reporter.ts';

/** A wait of which only the console is new is told so often, in milliseconds. */
const REMINDER_MILLISECONDS = 30_000;

/** Lets a wait through when it begins, when its reason is another one, and every half a minute. */
function waitThrottle(): (event: KilnEvent) => boolean {
  const last = new Map<string, { readonly reason: string | undefined; readonly time: number }>();
  return (event) => {
    if (event.type !== 'waiting' && event.type !== 'waited') return true;
    const key = `${event.build}\n${event.what}`;
    if (event.type === 'waited') {
      last.delete(key);
      return true;
    }
    const { reason, time } = event;
    const before = last.get(key);
    if (before !== undefined && before.reason === reason && time - before.time < REMINDER_MILLISECONDS) return false;
    last.set(key, { reason, time });
    return true;
  };
}

/** Each event as one JSON object on a line of its own. */
export function jsonLines(write: Write): Reporter {
  const passes = waitThrottle();
  return {
    report: (event) => {
      if (passes(event)) write(`${JSON.stringify(event)}\n`);
    },
    ...nothingForTheMoment,
  };
}
