import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';

/** A zstd frame with a checksum, compressed on all cores. `level` is 1 to 22, -1 for zstd's default. */
export async function* zstdStream(source: AsyncIterable<Buffer>, level: number): AsyncGenerator<Buffer, void> {
  const compressor = createZstdCompress({
    chunkSize: 1 << 18,
    params: {
      [constants.ZSTD_c_compressionLevel]: level === -1 ? constants.ZSTD_CLEVEL_DEFAULT : level,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_nbWorkers]: availableParallelism(),
    },
  });
  const feeding = pipeline(source, compressor);
  // The loop below meets the same failure first; this only keeps it from counting as unhandled until then.
  feeding.catch(() => undefined);
  for await (const chunk of compressor) yield chunk as Buffer;
  await feeding;
}
