import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';

/** Data on its way, and what its MD5 was when it has passed. */
export interface HashedData {
  readonly stream: Readable;
  /** Hexadecimal; of what has passed until now. */
  digest(): string;
}

/** Takes the MD5 of data that passes; what breaks the data off breaks the stream off, and the other way round. */
export function hashData(data: Readable): HashedData {
  const hash = createHash('md5');
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  data.on('error', (error) => stream.destroy(error)).pipe(stream);
  stream.on('close', () => data.destroy());
  return { stream, digest: () => hash.copy().digest('hex') };
}
