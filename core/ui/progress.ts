import type { KilnEvent } from '../events/event.ts';

export type Progress = Extract<KilnEvent, { readonly type: 'progress' }>;

/** A log gets a line this often, in milliseconds. */
const LOG_INTERVAL = 10_000;
/** Of a name that has to be shorter nothing is shown. */
const SHORTEST_NAME = 8;
/** What a build's progress takes at least when several share a line. */
const LEAST_COLUMNS = 36;

/**
 * "    qemu.web: download image: 45 %", in `columns` columns when they are given: what is shortened is the name of the
 * thing, in its middle.
 */
export function progressText(
  { build, what, done, total }: Progress,
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const share = total === undefined || total <= 0 ? String(done) : `${Math.floor((100 * done) / total)} %`;
  const [before, behind] = [`    ${build}: `, `: ${share}`];
  const room = columns - before.length - behind.length;
  if (what.length <= room) return before + what + behind;
  if (room < SHORTEST_NAME) return `    ${build}${behind}`.slice(-Math.max(1, columns));
  const head = Math.ceil((room - 1) / 3);
  return `${before}${what.slice(0, head)}…${what.slice(what.length - (room - 1 - head))}${behind}`;
}

/** Several builds' progress on one line, as many as there is room for. */
export function progressTexts(all: readonly Progress[], columns: number): string {
  const count = Math.max(1, Math.min(all.length, Math.floor(columns / LEAST_COLUMNS)));
  const each = Math.floor(columns / count);
  return all
    .slice(-count)
    .map((event) => progressText(event, each))
    .join('');
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
