import { open, realpath, stat } from 'node:fs/promises';
import { aboutOption, StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { stageOutput } from '../../../plugins/sdk/host.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import type { ProgressMeter } from '../../_shared/progress-meter.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import { bgzfStream, gzipStream } from '../../_archive/deflate.ts';
import { bzip2Streams, compressWithProgram } from '../driver.ts';
import { packedFile, type PackedFile } from '../packed-file.ts';
import type { Compression, Packing } from '../packing.ts';
import { streamPieces, type Pieces } from '../../_archive/pieces.ts';
import { memberPieces, readMember, type Reading } from '../../_archive/read-member.ts';
import { tarArchive } from '../../_archive/tar.ts';
import { writeZip } from '../zip.ts';
import { zstdFrames } from '../zstd.ts';
import type { Member } from '../../_archive/member.ts';

const highestLevel: Readonly<Record<Compression | 'zip', number>> = {
  gz: 9,
  bgzf: 9,
  zip: 9,
  xz: 9,
  bzip2: 9,
  lz4: 12,
  zst: 22,
};

/** The level the format knows; -1 is its default. */
function levelOf(format: Compression | 'zip', level: number): number {
  return level <= 0 ? -1 : Math.min(level, highestLevel[format]);
}

type Plain = AsyncIterable<Buffer>;

async function* plainContent(
  members: readonly Member[],
  packing: Packing,
  reading: Reading,
): AsyncGenerator<Buffer, void> {
  if (packing.archive === 'tar') yield* tarArchive(members, reading);
  else for (const member of members) yield* readMember(member, reading);
}

/** The content in pieces: one file is read in pieces right away. */
function piecesOf(members: readonly Member[], packing: Packing, reading: Reading): Pieces {
  const [first, ...others] = members;
  const isFile = packing.archive === undefined && first !== undefined && others.length === 0;
  return isFile ? memberPieces(first, reading) : streamPieces(plainContent(members, packing, reading));
}

async function writeFrom(path: string, fill: (out: PackedFile) => Promise<void>): Promise<void> {
  await using handle = await open(path, 'wx');
  await fill(packedFile(handle));
}

function writeStream(path: string, content: Plain): Promise<void> {
  return writeFrom(path, async (out) => {
    for await (const chunk of content) await out.write(chunk);
  });
}

async function pack(
  members: readonly Member[],
  packing: Packing,
  level: number,
  path: string,
  reading: Reading,
): Promise<void> {
  if (packing.archive === 'zip') {
    return writeFrom(path, (out) => writeZip(members, levelOf('zip', level), out, reading));
  }
  const { compression } = packing;
  const plain = (): Plain => plainContent(members, packing, reading);
  if (compression === undefined) return writeStream(path, plain());
  const known = levelOf(compression, level);
  const pieces = piecesOf(members, packing, reading);
  switch (compression) {
    case 'gz':
      return writeStream(path, gzipStream(pieces, known));
    case 'bgzf':
      return writeStream(path, bgzfStream(pieces, known));
    case 'zst':
      return writeStream(path, zstdFrames(pieces, known));
    case 'bzip2':
      return writeStream(path, bzip2Streams(pieces, known, reading.signal));
    default:
      return compressWithProgram(compression, known, plain(), path, reading.signal);
  }
}

async function checkPlace(output: string): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (there === undefined || there.isFile()) return;
  throw new StepError(`the output ${shownPath(output)} exists and is not a regular file`, {
    code: 'OUTPUT_NOT_A_FILE',
    pointer: '/output',
    hint: 'give "output" the path of a file',
  });
}

/**
 * Writes the packed file and moves it to its place when it is whole; a file that was there is replaced then, as Packer
 * does. Throws `StepError` when reading or writing fails.
 */
export async function writePacked(
  members: readonly Member[],
  packing: Packing,
  level: number,
  output: string,
  meter: ProgressMeter,
  run: PostProcessRun,
): Promise<void> {
  try {
    await checkPlace(output);
    const place = await realpath(output).catch(() => output);
    const staged = await aboutOption('/output', () => stageOutput(run, place, { force: true }));
    await pack(members, packing, level, staged.path, { signal: run.signal, meter });
    run.signal.throwIfAborted();
    await aboutOption('/output', () => staged.publish());
  } catch (error) {
    throw fileFailure(`cannot write ${shownPath(output)}`, 'OUTPUT_NOT_WRITTEN', error, run.signal, '/output');
  }
}
