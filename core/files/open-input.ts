import { constants, createReadStream, openSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';

const { O_NONBLOCK, O_RDONLY } = constants;

/** What is at a path is nothing to read to its end. */
export class NoFile extends Error {}

/** What of a kind of file is no file to read; undefined for files, disks and FIFOs. */
function otherKind(stats: Stats): string | undefined {
  if (stats.isFile() || stats.isBlockDevice() || stats.isFIFO()) return undefined;
  if (stats.isDirectory()) return 'a directory';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/**
 * What is written to a FIFO until its last writer closes it. Opening it waits for nobody: an open that waits for a
 * writer keeps a thread, which no signal ends.
 */
async function openFifo(path: string, signal: AbortSignal | undefined): Promise<Readable> {
  const { Socket } = await import('node:net');
  const stream = new Socket({ fd: openSync(path, O_RDONLY | O_NONBLOCK), readable: true, writable: false });
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

/**
 * The content of a file that the user named, which may be a FIFO (of `<(…)`) or a disk. Can be cancelled at any time,
 * with an AbortError of the stream. Throws `NoFile` for directories and devices without an end, and the system's error.
 */
export async function openInput(path: string, signal: AbortSignal | undefined): Promise<Readable> {
  signal?.throwIfAborted();
  const stats = await stat(path);
  const other = otherKind(stats);
  if (other !== undefined) throw new NoFile(`it is ${other}, not a file`);
  return stats.isFIFO() ? openFifo(path, signal) : createReadStream(path, { signal });
}

/** All of it. Throws what `openInput` throws, and AbortError. */
export async function readInput(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await openInput(path, signal)) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
