import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { Digests, Part, UploadFile } from '../targets/store.ts';

/** Reads a file once, from its beginning to its end, and makes its digests meanwhile. */
export interface PartReader extends AsyncDisposable {
  /** Fills the buffer with the next part; undefined at the end. Calls may come before earlier ones have ended. */
  next(buffer: Buffer): Promise<{ readonly part: Part; readonly bytes: Buffer } | undefined>;
  /** Of the whole file, once `next` has come to its end. */
  digests(): Digests;
}

async function fill(file: FileHandle, bytes: Buffer, position: number, path: string): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) {
      throw new StepError(`${path} became shorter while it was uploaded`, { code: 'UPLOAD_FILE_CHANGED' });
    }
    done += bytesRead;
  }
}

/** An empty file has one empty part. */
export async function readParts({ path, size }: UploadFile, partSize: number): Promise<PartReader> {
  const file = await open(path);
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  const count = Math.max(1, Math.ceil(size / partSize));
  let index = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function read(part: Part, buffer: Buffer): Promise<Buffer> {
    const bytes = buffer.subarray(0, part.length);
    await fill(file, bytes, part.position, path);
    sha256.update(bytes);
    md5.update(bytes);
    return bytes;
  }

  return {
    next: async (buffer) => {
      if (index === count) return undefined;
      const position = index * partSize;
      const part = { index, position, length: Math.min(partSize, size - position) };
      index += 1;
      const reading = turn.then(() => read(part, buffer));
      turn = reading.catch(() => undefined);
      return { part, bytes: await reading };
    },
    digests: () => ({ sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
