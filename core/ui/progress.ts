import type { KilnEvent } from '../events/event.ts';

type Progress = Extract<KilnEvent, { readonly type: 'progress' }>;

/** A log gets a line this often, in milliseconds. */
const LOG_INTERVAL = 10_000;

/** "download image: 45 %" */
export function progressText({ build, what, done, total }: Progress): string {
  const share = total === undefined || total <= 0 ? String(done) : `${Math.floor((100 * done) / total)} %`;
  return `    ${build}: ${what}: ${share}`;
}

/** Lets a progress report through at the first time, and then once in an interval for each build and thing. */
export function progressThrottle(): (event: Progress) => boolean {
  const last = new Map<string, number>();
  return ({ build, what, time }) => {
    const key = `${build}\n${what}`;
    const before = last.get(key);
    if (before !== undefined && time - before < LOG_INTERVAL) return false;
    last.set(key, time);
    return before !== undefined;
  };
}
