const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3, // micro sign
  μs: 1e-3, // Greek letter mu
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = String.raw`(\d+\.?\d*|\.\d+)(ns|[u\u00b5\u03bc]s|ms|s|m|h)`;
const WHOLE = new RegExp(`^-?(?:${PART})+$`);

/** Milliseconds of a duration in Go's words ("1m30s") or of a bare whole number of seconds; undefined for anything else. */
export function waitMilliseconds(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(new RegExp(PART, 'g'))];
  const total = parts.reduce((sum, [, number = '', unit = '']) => sum + Number(number) * (units[unit] ?? 0), 0);
  return text.startsWith('-') ? -total : total;
}
