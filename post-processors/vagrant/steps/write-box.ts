import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { gzipStream } from '../../_archive/deflate.ts';
import type { Member } from '../../_archive/member.ts';
import { streamPieces } from '../../_archive/pieces.ts';
import { tarArchive } from '../../_archive/tar.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';

/** Writes a box, the same for the same members. Resolves with its SHA-256 in hex. */
export async function writeBox(
  members: readonly Member[],
  level: number,
  path: string,
  run: Pick<PostProcessRun, 'signal' | 'progress'>,
): Promise<string> {
  const total = members.reduce((sum, { size }) => sum + size, 0);
  const meter = progressMeter('vagrant', total, run);
  const hash = createHash('sha256');
  await using handle = await open(path, 'wx');
  const archive = streamPieces(tarArchive(members, { signal: run.signal, meter }));
  for await (const chunk of gzipStream(archive, level)) {
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  meter.finish();
  return hash.digest('hex');
}
