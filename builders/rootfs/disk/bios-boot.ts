import { SECTOR } from './disk-layout.ts';

/** Fields of GRUB's boot.img and of the first sector of its core image (diskboot.img), as grub-bios-setup fills them. */
const KERNEL_SECTOR = 0x5c;
const DRIVE_CHECK = 0x66;
const FIRST_BLOCK_LIST = 0x1f4;
const NO_OPERATION = 0x90;

/** The boot sector's code that loads the core image from `coreOffset` (bytes, whole sectors) of the BIOS's boot drive. */
export function bootSectorCode(bootImage: Uint8Array, coreOffset: number): Uint8Array {
  const code = Buffer.from(bootImage.subarray(0, 440));
  code.writeBigUInt64LE(BigInt(coreOffset / SECTOR), KERNEL_SECTOR);
  // Some BIOSes pass a wrong drive number; GRUB takes the first hard disk then when its check is taken out.
  code.fill(NO_OPERATION, DRIVE_CHECK, DRIVE_CHECK + 2);
  return code;
}

/** The core image as it must lie at `offset`: its first sector says where the others are. */
export function placedCoreImage(coreImage: Uint8Array, offset: number): Uint8Array {
  const placed = Buffer.alloc(Math.ceil(coreImage.length / SECTOR) * SECTOR);
  placed.set(coreImage);
  placed.writeBigUInt64LE(BigInt(offset / SECTOR + 1), FIRST_BLOCK_LIST);
  return placed;
}
