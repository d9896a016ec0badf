const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Packer's default, 40960 MiB, in bytes. */
export const DEFAULT_DISK_SIZE: number = 40960 * 2 ** 20;

/** Bytes of a size as `disk_size` is written ("8g", "40960"); a bare number is MiB. */
export function diskSizeInBytes(text: string): number {
  const unit = text.at(-1)?.toLowerCase() ?? '';
  return Number.parseInt(text, 10) * (UNITS[unit] ?? 2 ** 20);
}
