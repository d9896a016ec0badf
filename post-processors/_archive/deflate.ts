import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, createDeflateRaw, deflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { giveBack } from '../_shared/give-back.ts';
import { mapInOrder } from './ordered.ts';
import { onceForZeros, releasing, type Piece, type Pieces } from './pieces.ts';

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
const zeroWindow = Buffer.alloc(windowSize);
/** An empty last block. */
const streamEnd = Buffer.from([0x03, 0x00]);

/**
 * Compresses a piece. The chunks of zlib lie in one large buffer, which is given back: as garbage, those of many pieces
 * would pile up.
 */
function deflatePiece(bytes: Buffer, options: ZlibOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    createDeflateRaw(options)
      .on('data', (chunk: Buffer) => void chunks.push(chunk))
      .on('error', reject)
      .on('end', () => {
        const packed = Buffer.allocUnsafeSlow(chunks.reduce((sum, { length }) => sum + length, 0));
        chunks.reduce((at, chunk) => at + chunk.copy(packed, at), 0);
        for (const whole of new Set(chunks.map(({ buffer }) => buffer))) giveBack(Buffer.from(whole));
        resolve(packed);
      })
      .end(bytes);
  });
}

/** Each piece with the end of the one before, which its compression may refer to; counts what goes by. */
async function* withWindow(
  source: AsyncIterable<Piece>,
  tally: Tally,
): AsyncGenerator<readonly [Piece, Buffer | undefined], void> {
  let window: Buffer | undefined;
  for await (const piece of source) {
    tally.crc = crc32(piece.bytes, tally.crc);
    tally.size += piece.bytes.length;
    // The piece may be released before the next one comes.
    const end = Buffer.from(piece.bytes.subarray(-windowSize));
    yield [piece, window];
    window = end;
  }
}

/**
 * One raw deflate stream, compressed piecewise on several cores. `tally` is complete when the stream has ended.
 * `level` is 1 to 9, -1 for zlib's default. Each chunk is the caller's own.
 */
export async function* deflateStream(pieces: Pieces, level: number, tally: Tally): AsyncGenerator<Buffer, void> {
  const compress = (bytes: Buffer, dictionary: Buffer | undefined): Promise<Buffer> =>
    deflatePiece(bytes, {
      level,
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: pieceSize + (pieceSize >> 4),
      ...(dictionary === undefined ? {} : { dictionary }),
    });
  const ofZeros = onceForZeros(pieceSize, (zeros) => compress(zeros, zeros.subarray(-windowSize)));
  yield* mapInOrder(withWindow(pieces(pieceSize), tally), width, async ([piece, window]) => {
    using _released = releasing(piece);
    const { bytes } = piece;
    const hole = window !== undefined && window.equals(zeroWindow) ? ofZeros(bytes) : undefined;
    return hole === undefined ? await compress(bytes, window) : Buffer.from(await hole);
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
export async function* gzipStream(pieces: Pieces, level: number): AsyncGenerator<Buffer, void> {
  const tally: Tally = { crc: 0, size: 0 };
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  yield* deflateStream(pieces, level, tally);
  yield trailer(tally);
}

/** So small that a block which does not compress still fits into the 64 KiB that a block may have. */
const bgzfBlockSize = 0xff00;
const BGZF_BLOCKS = 16;

async function bgzfBlock(content: Buffer, level: number): Promise<Buffer> {
  const data = await deflateAtOnce(content, { level, chunkSize: 1 << 16 });
  const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 0x42, 0x43, 2, 0, 0, 0]);
  head.writeUInt16LE(head.length + data.length + 8 - 1, 16);
  return Buffer.concat([head, data, trailer({ crc: crc32(content), size: content.length })]);
}

/** Blocked gzip (BGZF), ended by its empty block. */
export async function* bgzfStream(pieces: Pieces, level: number): AsyncGenerator<Buffer, void> {
  const blocksOf = async (bytes: Buffer): Promise<Buffer> => {
    const blocks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += bgzfBlockSize) {
      blocks.push(await bgzfBlock(bytes.subarray(at, at + bgzfBlockSize), level));
    }
    return Buffer.concat(blocks);
  };
  const size = BGZF_BLOCKS * bgzfBlockSize;
  const ofZeros = onceForZeros(size, blocksOf);
  yield* mapInOrder(pieces(size), width, async (piece) => {
    using _released = releasing(piece);
    return await (ofZeros(piece.bytes) ?? blocksOf(piece.bytes));
  });
  yield bgzfBlock(Buffer.alloc(0), level);
}
