import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { UploadSource } from '../../contract/communicator.ts';

/** What is sent, with the size that the guest has to end up with. */
export interface Upload {
  readonly size: number;
  readonly mode: number;
  /** Opens it anew, for each try. */
  open(): Readable | Uint8Array;
}

/** Throws what looking at the file throws. */
export async function uploadOf(source: UploadSource, mode: number | undefined): Promise<Upload> {
  if ('content' in source) {
    const content = Buffer.from(source.content);
    return { size: content.length, mode: mode ?? 0o644, open: () => content };
  }
  const found = await stat(source.path);
  if (!found.isFile()) throw new Error(`${source.path} is not a file`);
  return { size: found.size, mode: mode ?? found.mode & 0o7777, open: () => createReadStream(source.path) };
}
