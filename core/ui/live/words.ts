const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

interface Scaled {
  readonly number: string;
  readonly unit: string;
}

function scaled(bytes: number, power: number): Scaled {
  const value = bytes / 1024 ** power;
  return {
    number: power === 0 || value >= 99.95 ? String(Math.round(value)) : value.toFixed(1),
    unit: units[power] ?? '',
  };
}

function powerOf(bytes: number): number {
  let power = 0;
  while (power < units.length - 1 && bytes >= 1024 ** (power + 1)) power += 1;
  return power;
}

/** "92.4 MiB", "512 bytes". */
export function sizeText(bytes: number): string {
  const { number, unit } = scaled(bytes, powerOf(bytes));
  return `${number} ${unit}`;
}

/** "92.4/204 MiB": both in the unit of the second. */
export function sizesText(done: number, total: number): string {
  const power = powerOf(total);
  const { number, unit } = scaled(total, power);
  return `${scaled(done, power).number}/${number} ${unit}`;
}

/** "41s", "2m27s", "1h04m": as short as a clock. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}
