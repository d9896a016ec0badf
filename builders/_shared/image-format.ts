import { open } from 'node:fs/promises';

/** How far into a file its own words about its format are looked for. */
const HEAD = 64 * 1024;

/** What images begin with, by QEMU's names. What begins with nothing of it is raw. */
const BEGINNINGS: readonly (readonly [string, string, number?])[] = [
  ['vmdk', 'KDMV'],
  ['vmdk', 'COWD'],
  ['vdi', '\x7f\x10\xda\xbe', 64],
  ['vhdx', 'vhdxfile'],
  ['vpc', 'conectix'],
  ['qed', 'QED\0'],
  ['parallels', 'WithoutFreeSpace'],
  ['parallels', 'WithouFreSpacExt'],
  ['luks', 'LUKS\xba\xbe'],
  ['bochs', 'Bochs Virtual HD Image'],
];

/** Formats in which an image can be whole, and is easily seen to be. */
export const WHOLE_FORMATS: readonly string[] = ['qcow2', 'raw', 'vdi', 'vhdx', 'vmdk', 'vpc'];

const EXTERNAL_DATA = 4n;

/** A text that lists the files of a VMDK: lines of comments and empty ones, and then its version. */
function isDescriptor(head: Buffer): boolean {
  return /^(?:(?:#[^\n]*| *\r?)\n)*version=\d/.test(head.toString('latin1'));
}

function formatOf(head: Buffer): string {
  const has = (text: string, at = 0): boolean => head.toString('latin1', at, at + text.length) === text;
  if (has('QFI\xfb')) return head.length >= 8 && head.readUInt32BE(4) >= 2 ? 'qcow2' : 'qcow';
  const known = BEGINNINGS.find(([, text, at]) => has(text, at))?.[0];
  return known ?? (isDescriptor(head) ? 'vmdk' : 'raw');
}

/** Whether opening the image would open a file that it names. */
function opensOthers(format: string, head: Buffer): boolean {
  if (format === 'qcow2' && head.length >= 80 && head.readUInt32BE(4) >= 3) {
    return (head.readBigUInt64BE(72) & EXTERNAL_DATA) !== 0n;
  }
  if (format !== 'vmdk' || head.toString('latin1', 0, 4) === 'COWD') return false;
  // A sparse one without a capacity is a descriptor in a longer file.
  return head.length < 20 || isDescriptor(head) || head.readBigUInt64LE(12) === 0n;
}

export interface ImageKind {
  /** QEMU's name of it. */
  readonly format: string;
  /** Whether it cannot even be opened without the files that it names. */
  readonly opensOthers: boolean;
  /** The first bytes. */
  readonly head: Buffer;
}

/** The beginning of a file. Throws the system's error. */
export async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
  return buffer.subarray(0, bytesRead);
}

/** What a file is by its beginning, looked at without QEMU, which opens what an image names. Throws the system's error. */
export async function imageKind(path: string): Promise<ImageKind> {
  const head = await headOf(path);
  const format = formatOf(head);
  return { format, opensOthers: opensOthers(format, head), head };
}
