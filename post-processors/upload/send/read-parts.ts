import { open, type FileHandle } from 'node:fs/promises';
import { joinReading } from '../../../plugins/sdk/files.ts';
import type { Part, UploadFile } from '../targets/store.ts';
import { changed } from './digest-source.ts';

/** Reads a file once, from its beginning to its end. */
export interface PartReader extends AsyncDisposable {
  /** Fills the buffer with the next part; undefined at the end. Calls may come before earlier ones have ended. */
  next(buffer: Buffer): Promise<{ readonly part: Part; readonly bytes: Buffer } | undefined>;
}

async function fill(file: FileHandle, bytes: Buffer, position: number, path: string): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw changed(path);
    done += bytesRead;
  }
}

/** An empty file has one empty part. Keeps pace with whoever else reads the file. */
export async function readParts({ path, size }: UploadFile, partSize: number): Promise<PartReader> {
  const pace = await joinReading(path);
  const file = await open(path);
  const count = Math.max(1, Math.ceil(size / partSize));
  let index = 0;
  return {
    next: async (buffer) => {
      if (index === count) return undefined;
      const position = index * partSize;
      const part = { index, position, length: Math.min(partSize, size - position) };
      index += 1;
      const bytes = buffer.subarray(0, part.length);
      await fill(file, bytes, position, path);
      await pace.reach(position + part.length);
      return { part, bytes };
    },
    [Symbol.asyncDispose]: async () => {
      pace[Symbol.dispose]();
      await file.close();
    },
  };
}
