/** Bytes. */
export const SECTOR = 512;
const MEBIBYTE = 1024 * 1024;

export interface Extent {
  /** Bytes from the start of the disk. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** Where things are on the disk. The root file system comes last, so that it can grow with the disk. */
export interface DiskLayout {
  /** Bytes. */
  readonly size: number;
  /** Holds GRUB's core image, which the BIOS boot sector loads. */
  readonly biosBoot: Extent;
  readonly efiSystem: Extent;
  readonly root: Extent;
}

/** FAT32 needs 65525 clusters of at least a sector, so a smaller one could not be FAT32, as UEFI asks. */
const EFI_SYSTEM_SIZE = 64 * MEBIBYTE;

/** The smallest disk that any Debian fits on; mke2fs tells when the packages need more. */
export const MINIMUM_DISK_SIZE: number = 512 * MEBIBYTE;

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: MEBIBYTE, g: 1024 ** 3, t: 1024 ** 4 };

/** Bytes of a size such as "2g" or "20480" (MiB). The schema has checked its form. */
export function parseDiskSize(text: string): number {
  const [, digits = '', unit = 'm'] = /^(\d+)([bkmgt])?$/i.exec(text) ?? [];
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? MEBIBYTE);
}

/** `size` is rounded up to whole mebibytes. */
export function layOutDisk(size: number): DiskLayout {
  const whole = Math.ceil(size / MEBIBYTE) * MEBIBYTE;
  const biosBoot = { offset: MEBIBYTE, size: MEBIBYTE };
  const efiSystem = { offset: 2 * MEBIBYTE, size: EFI_SYSTEM_SIZE };
  const start = efiSystem.offset + efiSystem.size;
  // The last mebibyte is kept for the second partition table.
  return { size: whole, biosBoot, efiSystem, root: { offset: start, size: whole - start - MEBIBYTE } };
}
