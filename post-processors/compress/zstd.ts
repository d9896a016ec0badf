import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';

/** A zstd frame with a checksum. `level` is 1 to 22, -1 for zstd's default. */
export async function* zstdStream(source: AsyncIterable<Buffer>, level: number): AsyncGenerator<Buffer, void> {
  // Without ZSTD_c_nbWorkers: Node 24 takes a worker that is busy for the end of the stream, and cuts the output off.
  const compressor = createZstdCompress({
    chunkSize: 1 << 18,
    params: {
      [constants.ZSTD_c_compressionLevel]: level === -1 ? constants.ZSTD_CLEVEL_DEFAULT : level,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  const feeding = pipeline(source, compressor);
  // The loop below meets the same failure first; this only keeps it from counting as unhandled until then.
  feeding.catch(() => undefined);
  const content: AsyncIterable<Buffer> = compressor;
  for await (const chunk of content) yield chunk;
  await feeding;
}
