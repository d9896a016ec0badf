import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, zstdCompress, type InputType, type ZstdOptions } from 'node:zlib';
import { mapInOrder } from '../_archive/ordered.ts';
import { onceForZeros, releasing, type Pieces } from '../_archive/pieces.ts';

const compressAtOnce: (content: InputType, options: ZstdOptions) => Promise<Buffer> = promisify(zstdCompress);
const MIB = 1_048_576;
/** From this level on zstd looks so far back that small frames would cost much of what the level is asked for. */
const FAR_LOOKING = 10;

function frameOptions(level: number, size: number): ZstdOptions {
  return {
    pledgedSrcSize: size,
    // More than zstd ever makes of so much: it writes into this buffer at once then.
    chunkSize: size + (size >> 7) + 1024,
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  };
}

/**
 * Zstd frames in a row, each with its size and a checksum, compressed on all cores; the same bytes however many those are.
 * `level` is 1 to 22, -1 for zstd's default.
 */
export async function* zstdFrames(pieces: Pieces, level: number): AsyncGenerator<Buffer, void> {
  const chosen = level === -1 ? constants.ZSTD_CLEVEL_DEFAULT : level;
  const size = (chosen < FAR_LOOKING ? 2 : 16) * MIB;
  const compress = (bytes: Buffer): Promise<Buffer> => compressAtOnce(bytes, frameOptions(chosen, bytes.length));
  const ofZeros = onceForZeros(size, compress);
  let isEmpty = true;
  const frames = mapInOrder(pieces(size), availableParallelism() + 1, async (piece) => {
    using _released = releasing(piece);
    return await (ofZeros(piece.bytes) ?? compress(piece.bytes));
  });
  for await (const frame of frames) {
    isEmpty = false;
    yield frame;
  }
  if (isEmpty) yield compress(Buffer.alloc(0));
}
