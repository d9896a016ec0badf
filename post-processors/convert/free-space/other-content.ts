import type { BlockDevice } from './block-device.ts';
import type { FreeSpace, Range } from './free-space.ts';
import type { Area } from './partitions.ts';

const PAGE = 4096;
const NOT_READ = 'Kiln does not read its kind';

/** Marks of what has free space that is not looked for: where, what, and how it is called. */
const marks: readonly (readonly [offset: number, mark: string, kind: string])[] = [
  [0, 'XFSB', 'XFS'],
  [0x10040, '_BHRfS_M', 'Btrfs'],
  [3, 'NTFS    ', 'NTFS'],
  [512, 'LABELONE', 'LVM'],
  [0, 'LUKS\xba\xbe', 'LUKS'],
];

// eslint-disable-next-line @typescript-eslint/require-await
async function* behindHeader({ offset, length }: Area): AsyncGenerator<Range, void> {
  yield { offset: offset + PAGE, length: length - PAGE };
}

/** Swap, of which all is free but its header, and what Kiln knows by its mark alone. */
export async function freeElsewhere(device: BlockDevice, area: Area): Promise<FreeSpace | undefined> {
  if (area.length < 0x11000) return undefined;
  const start = await device.read(area.offset, 0x11000);
  const signature = start.toString('latin1', PAGE - 10, PAGE);
  if (signature === 'SWAPSPACE2') return { kind: 'swap', free: behindHeader(area) };
  if (/^S1SUSPEND|^ULSUSPEND/.test(signature)) return { kind: 'swap', free: 'a machine sleeps in it' };
  const found = marks.find(([at, mark]) => start.toString('latin1', at, at + mark.length) === mark);
  return found === undefined ? undefined : { kind: found[2], free: NOT_READ };
}
