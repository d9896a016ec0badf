import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { OpenDisk } from './open-disk.ts';

/** What Glance hashes by unless its operator has it do otherwise. */
const USUAL = 'sha512';

/** Bytes that are read at once. */
const CHUNK = 262_144;

/** What Glance says of the content of an image that is active. */
export interface GlanceHashes {
  /** MD5; the only one that Glance before Rocky has. */
  readonly checksum?: string | null;
  readonly os_hash_algo?: string | null;
  readonly os_hash_value?: string | null;
}

/** A disk on its way, hashed as it is read. */
export interface DiskReading {
  readonly stream: Readable;
  /** Of all that was read, in hexadecimal; undefined until all was. */
  digest(): string | undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Puts the next bytes of a file into the buffer; fewer than fit at its end. */
async function fill(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

/**
 * Reads all of the disk, as it was when it was opened. `onBytes` hears of each piece. A piece is good until the third
 * one after it is read: for a sink that takes no more before it has passed on what it has, as a request does.
 */
export function readDisk({ path, size }: OpenDisk, onBytes: (bytes: number) => void): DiskReading {
  const hash = createHash(USUAL);
  // Used again and again, or an upload would take as much memory as the collector lets it: one is with the request, one
  // waits for it, and one is being filled.
  const buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(CHUNK));
  let file: FileHandle | undefined;
  let pieces = 0;
  let read = 0;
  let digest: string | undefined;

  async function next(): Promise<Buffer | null> {
    const buffer = buffers[pieces % buffers.length];
    const left = Math.min(size - read, CHUNK);
    if (file === undefined || buffer === undefined || left === 0) return null;
    const piece = await fill(file, buffer.subarray(0, left), read);
    if (piece.length === 0) throw new StepError(`${path} has become shorter`, { code: 'OPENSTACK_IMPORT_HASH' });
    pieces += 1;
    read += piece.length;
    hash.update(piece);
    if (read === size) digest = hash.digest('hex');
    onBytes(piece.length);
    return piece;
  }

  const stream = new Readable({
    // Nothing is read ahead but the one piece.
    highWaterMark: 1,
    construct(done) {
      open(path).then(
        (opened) => {
          file = opened;
          done();
        },
        (error: unknown) => done(asError(error)),
      );
    },
    read() {
      next().then(
        (piece) => this.push(piece),
        (error: unknown) => this.destroy(asError(error)),
      );
    },
    destroy(error, done) {
      (file?.close() ?? Promise.resolve()).then(
        () => done(error),
        () => done(error),
      );
    },
  });
  return { stream, digest: () => digest };
}

async function hashFile({ path }: OpenDisk, algorithm: string, signal: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: CHUNK }), hash, { signal });
  return hash.digest('hex');
}

/**
 * Compares the image with the disk; `digest` is that of the reading that was sent, when there was one. Throws `StepError`
 * OPENSTACK_IMPORT_HASH when they differ.
 */
export async function checkHash(
  disk: OpenDisk,
  image: GlanceHashes & { readonly id: string },
  digest: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { os_hash_algo: named, os_hash_value: value, checksum } = image;
  const [algorithm, expected] = named && value ? [named, value] : ['md5', checksum];
  if (!expected) return;
  const found = algorithm === USUAL && digest !== undefined ? digest : await hashFile(disk, algorithm, signal);
  if (found === expected) return;
  throw new StepError(
    `the image ${image.id} is not what ${disk.path} is: its ${algorithm} is ${expected}, not ${found}`,
    {
      code: 'OPENSTACK_IMPORT_HASH',
      hint: 'nothing else may write to the disk meanwhile; else it was changed on its way',
    },
  );
}
