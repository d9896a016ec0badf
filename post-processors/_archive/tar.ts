import { readMember, type Reading } from './read-member.ts';
import type { Member } from './member.ts';

export const blockSize = 512;
/** Eleven octal digits: what a field of twelve bytes holds as text. */
const largestText = 0o77777777777;

/** Writes a number of bytes into a header's field of twelve, as text or, where it is too large, in base 256. */
export function putNumber(header: Buffer, at: number, value: number): void {
  if (value <= largestText) {
    header.write(value.toString(8).padStart(11, '0'), at, 'latin1');
    return;
  }
  header[at] = 0x80;
  header.writeBigUInt64BE(BigInt(value), at + 4);
}

/**
 * A GNU header without owner and times, so that equal files make equal archives. `fill` writes what the kind has besides: S
 * is a file with holes, of which `size` counts what is stored.
 */
export function header(
  name: Buffer,
  kind: '0' | 'L' | 'S',
  mode: number,
  size: number,
  fill?: (block: Buffer) => void,
): Buffer {
  const block = Buffer.alloc(blockSize);
  name.copy(block, 0, 0, 100);
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  putNumber(block, 124, size);
  block.write('00000000000\0', 136, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(kind, 156, 'latin1');
  block.write('ustar  \0', 257, 'latin1');
  if (kind !== 'L') {
    block.write('root', 265, 'latin1');
    block.write('root', 297, 'latin1');
    block.write('0000000\0', 329, 'latin1');
    block.write('0000000\0', 337, 'latin1');
  }
  fill?.(block);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

export function archiveEnd(): Buffer {
  return Buffer.alloc(2 * blockSize);
}

/** A tar archive in GNU format, byte for byte as Packer writes it for files of root. */
export async function* tarArchive(members: readonly Member[], reading: Reading): AsyncGenerator<Buffer, void> {
  for (const member of members) {
    const name = Buffer.from(member.name);
    if (name.length > 100) {
      const long = Buffer.concat([name, Buffer.alloc(1)]);
      yield Buffer.concat([header(Buffer.from('././@LongLink'), 'L', 0, long.length), long, padding(long.length)]);
    }
    yield header(name, '0', member.mode, member.size);
    yield* readMember(member, reading);
    yield padding(member.size);
  }
  yield archiveEnd();
}
