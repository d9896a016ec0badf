import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { UploadSource } from '../communicator.ts';
import { encodePath } from './guest-path.ts';

/** In Base64 and with the start of its record it is a line that fits into one message. */
const DATA_BYTES = 60_000;

async function* fileRecords(source: UploadSource, destination: string): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const bytes =
    'path' in source
      ? createReadStream(source.path, { highWaterMark: DATA_BYTES })
      : Readable.from([Buffer.from(source.content)], { objectMode: false });
  yield `F${encodePath(destination)}\r\n`;
  for await (const chunk of bytes) {
    const data = Buffer.from(chunk as Uint8Array);
    hash.update(data);
    for (let start = 0; start < data.length; start += DATA_BYTES) {
      yield `+${data.subarray(start, start + DATA_BYTES).toString('base64')}\r\n`;
    }
  }
  yield `E${hash.digest('hex').toUpperCase()}\r\n`;
}

async function* treeRecords(
  directory: string,
  destination: string,
  skip: (path: string) => void,
): AsyncGenerator<string> {
  yield `D${encodePath(destination)}\r\n`;
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    const place = `${destination}/${entry.name}`;
    // Windows makes links for administrators only, and many programs do not follow them: a file's contents go instead.
    const isFile =
      entry.isFile() || (entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile() === true);
    if (entry.isDirectory()) yield* treeRecords(path, place, skip);
    else if (isFile) yield* fileRecords({ path }, place);
    else skip(path);
  }
}

/** Ends with the record that says that all was sent: an upload that breaks off is known by the guest. */
export function uploadRecords(source: UploadSource, destination: string): Readable {
  async function* records(): AsyncGenerator<string> {
    yield* fileRecords(source, destination);
    yield 'Q\r\n';
  }
  return Readable.from(records(), { objectMode: false });
}

/** `skip` is told of links to directories, devices and the like. */
export function uploadTreeRecords(directory: string, destination: string, skip: (path: string) => void): Readable {
  async function* records(): AsyncGenerator<string> {
    yield* treeRecords(directory, destination.replace(/[/\\]+$/, ''), skip);
    yield 'Q\r\n';
  }
  return Readable.from(records(), { objectMode: false });
}
