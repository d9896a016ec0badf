import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { mapInOrder, pieces } from './ordered.ts';

/** What gzip and zip write behind or in front of the data. */
export interface Tally {
  crc: number;
  /** Bytes before compression. */
  size: number;
}

const deflateAtOnce: (content: InputType, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);
const width = availableParallelism() + 1;
const pieceSize = 1 << 20;
const windowSize = 1 << 15;
/** An empty last block. */
const streamEnd = Buffer.from([0x03, 0x00]);

/** Counts what goes by. */
async function* counted(source: AsyncIterable<Buffer>, tally: Tally): AsyncGenerator<Buffer, void> {
  for await (const chunk of source) {
    tally.crc = crc32(chunk, tally.crc);
    tally.size += chunk.length;
    yield chunk;
  }
}

/** Each piece with the end of the one before, which its compression may refer to. */
async function* withWindow(source: AsyncIterable<Buffer>): AsyncGenerator<readonly [Buffer, Buffer | undefined], void> {
  let window: Buffer | undefined;
  for await (const piece of source) {
    yield [piece, window];
    window = piece.subarray(-windowSize);
  }
}

const zeros = Buffer.alloc(pieceSize);

function isZero(bytes: Buffer): boolean {
  return bytes.equals(bytes.length === pieceSize ? zeros : zeros.subarray(0, bytes.length));
}

/** Remembers what a piece of zeros becomes: disk images have many of them, and all become the same. */
function rememberZeros(compress: (piece: Buffer) => Promise<Buffer>): (piece: Buffer) => Promise<Buffer> {
  let remembered: Promise<Buffer> | undefined;
  return (piece) => (remembered ??= compress(piece));
}

/**
 * One raw deflate stream, compressed piecewise on several cores. `tally` is complete when the stream has ended.
 * `level` is 1 to 9, -1 for zlib's default.
 */
export async function* deflateStream(
  source: AsyncIterable<Buffer>,
  level: number,
  tally: Tally,
): AsyncGenerator<Buffer, void> {
  const compress = (piece: Buffer, dictionary: Buffer | undefined): Promise<Buffer> =>
    deflateAtOnce(piece, {
      level,
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: pieceSize + (pieceSize >> 4),
      ...(dictionary === undefined ? {} : { dictionary }),
    });
  const ofZeros = rememberZeros((piece) => compress(piece, piece.subarray(-windowSize)));
  yield* mapInOrder(withWindow(pieces(counted(source, tally), pieceSize)), width, ([piece, window]) => {
    const isHole = piece.length === pieceSize && window !== undefined && isZero(window) && isZero(piece);
    return isHole ? ofZeros(piece) : compress(piece, window);
  });
  yield streamEnd;
}

function trailer(tally: Tally): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(tally.crc, 0);
  bytes.writeUInt32LE(tally.size % 2 ** 32, 4);
  return bytes;
}

/** A gzip file of one member, without name and time. */
export async function* gzipStream(source: AsyncIterable<Buffer>, level: number): AsyncGenerator<Buffer, void> {
  const tally: Tally = { crc: 0, size: 0 };
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  yield* deflateStream(source, level, tally);
  yield trailer(tally);
}

/** So small that a block which does not compress still fits into the 64 KiB that a block may have. */
const bgzfPieceSize = 0xff00;

async function bgzfBlock(piece: Buffer, level: number): Promise<Buffer> {
  const data = await deflateAtOnce(piece, { level, chunkSize: 1 << 16 });
  const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 0x42, 0x43, 2, 0, 0, 0]);
  head.writeUInt16LE(head.length + data.length + 8 - 1, 16);
  return Buffer.concat([head, data, trailer({ crc: crc32(piece), size: piece.length })]);
}

/** Blocked gzip (BGZF), ended by its empty block. */
export async function* bgzfStream(source: AsyncIterable<Buffer>, level: number): AsyncGenerator<Buffer, void> {
  const ofZeros = rememberZeros((piece) => bgzfBlock(piece, level));
  yield* mapInOrder(pieces(source, bgzfPieceSize), width, (piece) =>
    piece.length === bgzfPieceSize && isZero(piece) ? ofZeros(piece) : bgzfBlock(piece, level),
  );
  yield bgzfBlock(Buffer.alloc(0), level);
}
