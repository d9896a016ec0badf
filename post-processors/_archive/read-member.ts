import { createReadStream } from 'node:fs';
import { joinReading } from '../../plugins/sdk/files.ts';
import { StepError } from '../../plugins/sdk/index.ts';
import { fileFailure } from '../_shared/file-failure.ts';
import type { ProgressMeter } from '../_shared/progress-meter.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { Member } from './member.ts';

export interface Reading {
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
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
    throw fileFailure(`cannot read ${shownPath(member.path)}`, 'COMPRESS_INPUT_UNREADABLE', error, reading.signal);
  }
  if (left > 0) {
    throw new StepError(`${shownPath(member.path)} became shorter while it was read`, {
      code: 'COMPRESS_INPUT_CHANGED',
    });
  }
}
