import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { walkTree } from '../../../trees/walk-tree.ts';
import type { UploadSource } from '../../../contract/communicator.ts';
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
  for (const { path, source, type } of walkTree(directory)) {
    const place = `${destination}/${path}`;
    if (type === 'directory') yield `D${encodePath(place)}\r\n`;
    // Windows makes links for administrators only, and many programs do not follow them: a file's contents go instead.
    else if ((await stat(source).catch(() => undefined))?.isFile() === true)
      yield* fileRecords({ path: source }, place);
    else skip(source);
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

/** `skip` is told of devices and the like, and of links to nothing or to directories of the tree. */
export function uploadTreeRecords(directory: string, destination: string, skip: (path: string) => void): Readable {
  async function* records(): AsyncGenerator<string> {
    yield* treeRecords(directory, destination.replace(/[/\\]+$/, ''), skip);
    yield 'Q\r\n';
  }
  return Readable.from(records(), { objectMode: false });
}
