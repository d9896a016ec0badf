/** How much of a partition `fileSystemOf` looks at, in bytes. */
export const SUPERBLOCK_BYTES: number = 128 * 1024;

const kinds: readonly (readonly [string, number, string])[] = [
  ['ext', 1080, '\x53\xef'],
  ['xfs', 0, 'XFSB'],
  ['btrfs', 65_600, '_BHRfS_M'],
  ['squashfs', 0, 'hsqs'],
  ['erofs', 1024, '\xe2\xe1\xf5\xe0'],
  ['LUKS', 0, 'LUKS\xba\xbe'],
  ['LVM', 536, 'LVM2 001'],
  ['swap', 4086, 'SWAPSPACE2'],
  ['FAT', 82, 'FAT32'],
  ['FAT', 54, 'FAT1'],
  ['NTFS', 3, 'NTFS'],
];

/** What a partition that begins so has: "ext" for ext2, ext3 and ext4; undefined for what is not known. */
export function fileSystemOf(start: Buffer): string | undefined {
  return kinds.find(([, at, magic]) => start.toString('latin1', at, at + magic.length) === magic)?.[0];
}
