const units: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['min', 60_000],
];

/** "3 min ago", "2 days ago", "now": how long ago a time (milliseconds since the epoch) is. */
export function ageText(time: number, now: number): string {
  const age = Math.max(0, now - time);
  const [unit, size] = units.find(([, milliseconds]) => age >= milliseconds) ?? ['', 0];
  if (size === 0) return 'now';
  const count = Math.floor(age / size);
  return `${count} ${unit}${count === 1 || unit === 'min' ? '' : 's'} ago`;
}
