/** One record of a tar archive. */
export interface TarEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes that follow. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  /** Where a link leads. */
  readonly target: string;
}

export const BLOCK = 512;
const LARGEST_OCTAL = 0o77777777777;
const LONG_NAME = './././@LongLink';
const FLAGS = { file: '0', hardlink: '1', symlink: '2', directory: '5', other: '' } as const;

function sum(block: Buffer): number {
  // The field of the sum itself counts as blanks.
  let total = 8 * 0x20;
  for (const byte of block) total += byte;
  for (const byte of block.subarray(148, 156)) total -= byte;
  return total;
}

function writeNumber(block: Buffer, value: number, offset: number, length: number): void {
  if (value <= LARGEST_OCTAL) {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
    return;
  }
  block.writeUInt8(0x80, offset);
  block.writeBigUInt64BE(BigInt(value), offset + length - 8);
}

function record(
  flag: string,
  name: Buffer,
  target: Buffer,
  entry: Pick<TarEntry, 'size' | 'mode' | 'modified'>,
): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block, 0, 0, 100);
  writeNumber(block, entry.mode, 100, 8);
  writeNumber(block, 0, 108, 8);
  writeNumber(block, 0, 116, 8);
  writeNumber(block, entry.size, 124, 12);
  writeNumber(block, Math.max(0, Math.floor(entry.modified)), 136, 12);
  block.write(flag, 156, 'latin1');
  target.copy(block, 157, 0, 100);
  block.write('ustar  \0', 257, 'latin1');
  block.write(`${sum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What pads contents of `size` bytes to whole blocks. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** GNU's records for names beyond 100 bytes: unlike pax headers, every tar there is reads them. */
function longRecord(flag: 'L' | 'K', text: Buffer): Buffer {
  const size = text.length + 1;
  const head = record(flag, Buffer.from(LONG_NAME), Buffer.alloc(0), { size, mode: 0, modified: 0 });
  return Buffer.concat([head, text, Buffer.alloc(1), padding(size)]);
}

/** The records that begin an entry. */
export function entryHeader(entry: TarEntry): Buffer {
  const name = Buffer.from(entry.path);
  const target = Buffer.from(entry.target);
  return Buffer.concat([
    ...(target.length > 100 ? [longRecord('K', target)] : []),
    ...(name.length > 100 ? [longRecord('L', name)] : []),
    record(FLAGS[entry.type], name, target, entry),
  ]);
}

/** What ends an archive. */
export const ARCHIVE_END: Buffer = Buffer.alloc(2 * BLOCK);

function readNumber(block: Buffer, offset: number, length: number): number {
  if ((block.readUInt8(offset) & 0x80) !== 0) return Number(block.readBigUInt64BE(offset + length - 8));
  const digits = block.toString('latin1', offset, offset + length).replace(/[\0 ]/g, '');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** Text up to the first zero byte. */
export function readText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

function typeOf(flag: string, name: string): TarEntry['type'] {
  if (flag === '0' || flag === '\0' || flag === '7') return name.endsWith('/') ? 'directory' : 'file';
  if (flag === '1') return 'hardlink';
  if (flag === '2') return 'symlink';
  return flag === '5' ? 'directory' : 'other';
}

/** A record as it stands in the archive; `flag` tells what extends the next one. Throws when it is damaged. */
export function readRecord(block: Buffer): { readonly flag: string; readonly entry: TarEntry } {
  if (readNumber(block, 148, 8) !== sum(block)) throw new Error('the archive from the guest is damaged');
  const flag = block.toString('latin1', 156, 157);
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? readText(block.subarray(345, 500)) : '';
  const name = readText(block.subarray(0, 100));
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const type = typeOf(flag, path);
  return {
    flag,
    entry: {
      path,
      type,
      size: type === 'hardlink' || type === 'symlink' || type === 'directory' ? 0 : readNumber(block, 124, 12),
      mode: readNumber(block, 100, 8),
      modified: readNumber(block, 136, 12),
      target: readText(block.subarray(157, 257)),
    },
  };
}
