import type { Location } from '../location.ts';

/** How a file is packed. An archive has to have one file in it. */
export type Packing = 'gz' | 'bz2' | 'xz' | 'zst' | 'zip' | 'tar';

/** The longest that fits counts. A bare tar is no packing, as in Packer. */
const ENDINGS: Readonly<Record<string, Packing>> = {
  bz2: 'bz2',
  gz: 'gz',
  'tar.bz2': 'tar',
  'tar.gz': 'tar',
  'tar.xz': 'tar',
  'tar.zst': 'tar',
  tbz2: 'tar',
  tgz: 'tar',
  txz: 'tar',
  xz: 'xz',
  zip: 'zip',
  zst: 'zst',
};

const BEGINNINGS: readonly (readonly [Packing, readonly number[]])[] = [
  ['gz', [0x1f, 0x8b]],
  ['bz2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zst', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** What Go's strconv.ParseBool takes for a no. */
const NO = /^(?:0|f|false)$/i;

/** Whether the template says of a file that it is to be left as it is. */
export function isLeftPacked({ archive = '' }: Location): boolean {
  return NO.test(archive);
}

/** How the file at a place is packed, by "?archive=" and else by its name. */
export function packingOf(location: Location): Packing | undefined {
  const { archive = '' } = location;
  if (isLeftPacked(location)) return undefined;
  if (Object.hasOwn(ENDINGS, archive)) return ENDINGS[archive];
  const name = location.name.toLowerCase();
  const [ending] = Object.keys(ENDINGS)
    .filter((each) => name.endsWith(`.${each}`))
    .sort((one, other) => other.length - one.length);
  return ending === undefined ? undefined : ENDINGS[ending];
}

/** How a file is packed, by what it begins with. */
export function packingByContent(start: Uint8Array): Packing | undefined {
  return BEGINNINGS.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte))?.[0];
}
