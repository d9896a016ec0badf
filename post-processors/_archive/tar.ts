import { readMember, type Reading } from './read-member.ts';
import type { Member } from './member.ts';

const blockSize = 512;
/** Eleven octal digits: what a header's size field holds as text. */
const largestTextSize = 0o77777777777;

function putSize(header: Buffer, size: number): void {
  if (size <= largestTextSize) {
    header.write(size.toString(8).padStart(11, '0'), 124, 'latin1');
    return;
  }
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
}

/** A GNU header without owner and times, so that equal files make equal archives. */
function header(name: Buffer, kind: '0' | 'L', mode: number, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  name.copy(block, 0, 0, 100);
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  putSize(block, size);
  block.write('00000000000\0', 136, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(kind, 156, 'latin1');
  block.write('ustar  \0', 257, 'latin1');
  if (kind === '0') {
    block.write('root', 265, 'latin1');
    block.write('root', 297, 'latin1');
    block.write('0000000\0', 329, 'latin1');
    block.write('0000000\0', 337, 'latin1');
  }
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
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
  yield Buffer.alloc(2 * blockSize);
}
