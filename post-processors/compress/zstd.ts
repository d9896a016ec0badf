import { availableParallelism } from 'node:os';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

const MIB = 1_048_576;
/** From this level on zstd looks so far back that small jobs would do the same work again and again. */
const FAR_LOOKING = 10;

/** Gives the compressor all of a source in steps of so many bytes, out of one buffer: it has done with it when it calls back. */
async function feed(source: AsyncIterable<Buffer>, step: number, compressor: ZstdCompress): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(step);
  let length = 0;
  const compress = (): Promise<void> =>
    new Promise((resolve, reject) => {
      compressor.write(buffer.subarray(0, length), (error) => (error ? reject(error) : resolve()));
      length = 0;
    });
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(buffer, length, at);
      at += copied;
      length += copied;
      if (length === step) await compress();
    }
  }
  if (length > 0) await compress();
  compressor.end();
}

/**
 * A zstd frame with a checksum, compressed on all cores; the same bytes however many those are. `level` is 1 to 22, -1 for
 * zstd's default. `size` is how many bytes come, if that is known.
 */
export async function* zstdStream(
  source: AsyncIterable<Buffer>,
  level: number,
  size: number | undefined,
): AsyncGenerator<Buffer, void> {
  const chosen = level === -1 ? constants.ZSTD_CLEVEL_DEFAULT : level;
  const [step, job] = chosen < FAR_LOOKING ? [8 * MIB, MIB] : [64 * MIB, 0];
  const compressor = createZstdCompress({
    chunkSize: 1 << 18,
    // Without it Node 24 takes a worker that is busy for the end of the stream, and cuts the output off.
    flush: constants.ZSTD_e_flush,
    ...(size === undefined ? {} : { pledgedSrcSize: size }),
    params: {
      [constants.ZSTD_c_compressionLevel]: chosen,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_nbWorkers]: availableParallelism(),
      [constants.ZSTD_c_jobSize]: job,
    },
  });
  const feeding = feed(source, step, compressor);
  // The loop below meets the same failure.
  feeding.catch((error: unknown) => compressor.destroy(error instanceof Error ? error : new Error(String(error))));
  const content: AsyncIterable<Buffer> = compressor;
  for await (const chunk of content) yield chunk;
  await feeding;
}
