import type { FileHandle } from 'node:fs/promises';

/** The file that is being written. */
export interface PackedFile {
  /** Bytes written so far. */
  position(): number;
  write(bytes: Buffer): Promise<void>;
  /** Replaces bytes written before. */
  overwrite(bytes: Buffer, at: number): Promise<void>;
}

async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

export function packedFile(handle: FileHandle): PackedFile {
  let length = 0;
  return {
    position: () => length,
    async write(bytes) {
      await writeAll(handle, bytes, length);
      length += bytes.length;
    },
    overwrite: (bytes, at) => writeAll(handle, bytes, at),
  };
}
