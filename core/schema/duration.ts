/** Nanoseconds of each unit of Go's duration syntax. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** The largest number of nanoseconds that Go's duration can hold. */
const LARGEST = 2 ** 63;
const NANOSECONDS_PER_MILLISECOND = 1e6;

/** Milliseconds of a duration in Go's syntax ("90s", "1h30m", "-1.5h", "0"); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|[u\u00b5\u03bc]s|ms|s|m|h))+|0)$/u.exec(text);
  if (match === null) return undefined;
  let nanoseconds = 0;
  for (const [, count, unit] of (match[2] ?? '').matchAll(/([\d.]+)([a-z\u00b5\u03bc]+)/gu)) {
    nanoseconds += Number(count) * (UNITS[unit ?? ''] ?? NaN);
  }
  if (!(nanoseconds < LARGEST)) return undefined;
  return ((match[1] === '-' ? -1 : 1) * nanoseconds) / NANOSECONDS_PER_MILLISECOND || 0;
}

/** Milliseconds of a bare number, which in templates counts nanoseconds. */
export function nanosecondsToMilliseconds(count: number): number {
  return Math.trunc(count) / NANOSECONDS_PER_MILLISECOND || 0;
}
