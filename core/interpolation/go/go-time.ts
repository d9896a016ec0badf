/** RFC 3339 to the second, as a Go layout. */
export const RFC3339 = '2006-01-02T15:04:05Z07:00';

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dayOfYear(time: Date): number {
  const start = Date.UTC(time.getUTCFullYear(), 0, 1);
  return Math.floor((time.getTime() - start) / 86_400_000) + 1;
}

function twelveHour(time: Date): number {
  return time.getUTCHours() % 12 || 12;
}

/** Parts of the reference time, longest first where one starts like another. All is UTC. */
const chunks: readonly (readonly [RegExp, (time: Date, chunk: string) => string])[] = [
  [/January/y, (time) => months[time.getUTCMonth()] ?? ''],
  [/Jan(?![a-z])/y, (time) => (months[time.getUTCMonth()] ?? '').slice(0, 3)],
  [/Monday/y, (time) => days[time.getUTCDay()] ?? ''],
  [/Mon(?![a-z])/y, (time) => (days[time.getUTCDay()] ?? '').slice(0, 3)],
  [/MST/y, () => 'UTC'],
  [/002/y, (time) => String(dayOfYear(time)).padStart(3, '0')],
  [/01/y, (time) => two(time.getUTCMonth() + 1)],
  [/02/y, (time) => two(time.getUTCDate())],
  [/03/y, (time) => two(twelveHour(time))],
  [/04/y, (time) => two(time.getUTCMinutes())],
  [/05/y, (time) => two(time.getUTCSeconds())],
  [/06/y, (time) => two(time.getUTCFullYear() % 100)],
  [/15/y, (time) => two(time.getUTCHours())],
  [/1/y, (time) => String(time.getUTCMonth() + 1)],
  [/2006/y, (time) => String(time.getUTCFullYear()).padStart(4, '0')],
  [/2/y, (time) => String(time.getUTCDate())],
  [/__2/y, (time) => String(dayOfYear(time)).padStart(3)],
  [/_2006/y, (time) => `_${String(time.getUTCFullYear()).padStart(4, '0')}`],
  [/_2/y, (time) => String(time.getUTCDate()).padStart(2)],
  [/3/y, (time) => String(twelveHour(time))],
  [/4/y, (time) => String(time.getUTCMinutes())],
  [/5/y, (time) => String(time.getUTCSeconds())],
  [/PM/y, (time) => (time.getUTCHours() < 12 ? 'AM' : 'PM')],
  [/pm/y, (time) => (time.getUTCHours() < 12 ? 'am' : 'pm')],
  [/-07:00:00/y, () => '+00:00:00'],
  [/-07:00/y, () => '+00:00'],
  [/-070000/y, () => '+000000'],
  [/-0700/y, () => '+0000'],
  [/-07/y, () => '+00'],
  [/Z07:00:00|Z07:00|Z070000|Z0700|Z07/y, () => 'Z'],
  [/[.,](?:0+|9+)(?![0-9])/y, fractionOfSecond],
];

function fractionOfSecond(time: Date, chunk: string): string {
  const digits = String(time.getUTCMilliseconds())
    .padStart(3, '0')
    .padEnd(chunk.length - 1, '0');
  const cut = digits.slice(0, chunk.length - 1);
  if (chunk.charAt(1) === '0') return chunk.charAt(0) + cut;
  const short = cut.replace(/0+$/, '');
  return short === '' ? '' : chunk.charAt(0) + short;
}

/** What stands at `at` in a layout, written out, and how much of the layout that is. */
function nextChunk(time: Date, layout: string, at: number): readonly [string, number] {
  for (const [pattern, format] of chunks) {
    pattern.lastIndex = at;
    const found = pattern.exec(layout)?.[0];
    if (found !== undefined) return [format(time, found), found.length];
  }
  return [layout.charAt(at), 1];
}

/** A moment in UTC, written as `layout` writes Go's reference time, Mon Jan 2 15:04:05 MST 2006. */
export function formatTime(time: Date, layout: string): string {
  let result = '';
  for (let at = 0; at < layout.length;) {
    const [written, length] = nextChunk(time, layout, at);
    result += written;
    at += length;
  }
  return result;
}
