import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { UploadFile } from '../store.ts';
import { exchange, type HttpServer } from '../../../_transfer/exchange.ts';

const CHUNK = 256 * 1024;

/** Puts a whole file at a path. Throws as `exchange` does. */
export async function putFile(
  server: HttpServer,
  path: string,
  file: UploadFile,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = 0;
  const body = (): Readable => {
    // What is sent again is no progress.
    onBytes(-told);
    told = 0;
    const source = createReadStream(file.path, { highWaterMark: CHUNK });
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        told += chunk.length;
        onBytes(chunk.length);
        yield chunk;
      }
    };
    return Readable.from(counted(), { objectMode: false, highWaterMark: CHUNK });
  };
  const headers = { 'content-length': String(file.size), 'content-type': 'application/octet-stream' };
  const answer = await exchange(server, 'PUT', path, {
    doing: `write ${server.origin}${path}`,
    headers,
    signal,
    ...(file.size === 0 ? {} : { body }),
  });
  answer.resume();
}
