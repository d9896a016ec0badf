import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { joinReading } from '../../plugins/sdk/files.ts';
import { StepError } from '../../plugins/sdk/index.ts';
import { fileFailure } from '../_shared/file-failure.ts';
import type { ProgressMeter } from '../_shared/progress-meter.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { Member } from './member.ts';
import { mapInOrder } from './ordered.ts';
import { bufferPool, type Piece, type Pieces } from './pieces.ts';

export interface Reading {
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
}

/** So many pieces are read at a time. */
const READ_AHEAD = 2;

function unreadable(member: Member, error: unknown, { signal }: Reading): unknown {
  return fileFailure(`cannot read ${shownPath(member.path)}`, 'COMPRESS_INPUT_UNREADABLE', error, signal);
}

function becameShorter({ path }: Member): StepError {
  return new StepError(`${shownPath(path)} became shorter while it was read`, { code: 'COMPRESS_INPUT_CHANGED' });
}

/**
 * The member's bytes: as many as its size says, for that is written in front of them. Throws `StepError` when they
 * cannot be read or the file was cut meanwhile.
 */
export async function* readMember(member: Member, reading: Reading): AsyncGenerator<Buffer, void> {
  if (member.size === 0) return;
  let left = member.size;
  try {
    const options = { highWaterMark: 1 << 20, end: member.size - 1, signal: reading.signal };
    using pace = await joinReading(member.path);
    const content: AsyncIterable<Buffer> = createReadStream(member.path, options);
    for await (const chunk of content) {
      left -= chunk.length;
      reading.meter.add(chunk.length);
      yield chunk;
      await pace.reach(member.size - left);
    }
  } catch (error) {
    throw unreadable(member, error, reading);
  }
  if (left > 0) throw becameShorter(member);
}

/** Fills a buffer from a place of a file on, as far as the file goes. Resolves with how many bytes came. */
async function fill(file: FileHandle, buffer: Buffer, length: number, position: number): Promise<number> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function* starts(total: number, size: number): Generator<number, void> {
  for (let at = 0; at < total; at += size) yield at;
}

/** As `readMember`, in pieces that are read side by side. Throws what that does. */
export function memberPieces(member: Member, reading: Reading): Pieces {
  return async function* (size) {
    try {
      await using file = await open(member.path);
      using pace = await joinReading(member.path);
      const pool = bufferPool(size);
      const read = async (at: number): Promise<Piece> => {
        reading.signal.throwIfAborted();
        const length = Math.min(size, member.size - at);
        const buffer = pool.take();
        if ((await fill(file, buffer, length, at)) < length) throw becameShorter(member);
        return pool.pieceOf(buffer, length);
      };
      let done = 0;
      for await (const piece of mapInOrder(starts(member.size, size), READ_AHEAD, read)) {
        const { length } = piece.bytes;
        reading.meter.add(length);
        yield piece;
        done += length;
        await pace.reach(done);
      }
    } catch (error) {
      throw unreadable(member, error, reading);
    }
  };
}
