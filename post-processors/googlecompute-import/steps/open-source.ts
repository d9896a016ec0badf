import { stat } from 'node:fs/promises';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { gzipStream } from '../../_archive/deflate.ts';
import { streamPieces } from '../../_archive/pieces.ts';
import { readMember } from '../../_archive/read-member.ts';
import { sparseTar } from '../../_archive/sparse-tar.ts';
import { placeDisk } from '../../_shared/disk-extents.ts';
import { diskInfo } from '../../_shared/disk-image.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { progressMeter, type ProgressMeter } from '../../_shared/progress-meter.ts';
import { firstFileOf } from '../archive-start.ts';
import { qemuName, type DiskFile, type ImportSource } from '../choose-source.ts';

/** An archive that Compute Engine takes, as it is read or made. */
export interface OpenSource {
  /** On this machine; not what is made of it on the way. */
  readonly path: string;
  /** Is another one when the file has changed. */
  readonly identity: string;
  /** The archive from its beginning, the same at each call. Throws `StepError`, `CancelledError`. */
  read(): AsyncIterable<Buffer>;
}

/** The one name that Compute Engine takes. */
const DISK = 'disk.raw';
const GIB = 1_073_741_824;
/** zlib's own, which is gzip's. */
const LEVEL = -1;

function unfit(path: string, reason: string, hint: string): StepError {
  return new StepError(`${path} cannot be imported: ${reason}`, { code: 'GOOGLE_IMPORT_DISK', hint });
}

async function identityOf(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return JSON.stringify([path, String(size), String(mtimeNs), String(ino)]);
}

/** A file that is changed while it is read is none that could be imported. */
async function* unchanged(
  { path, identity }: Pick<OpenSource, 'path' | 'identity'>,
  meter: ProgressMeter,
  content: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  try {
    yield* content;
  } catch (error) {
    throw fileFailure(`cannot read ${path}`, 'GOOGLE_IMPORT_DISK', error, signal);
  }
  meter.finish();
  if ((await identityOf(path)) === identity) return;
  throw unfit(path, 'it was changed meanwhile', 'nothing else may write to it while it is imported');
}

async function openArchive(path: string, run: PostProcessRun): Promise<OpenSource> {
  const { size } = await stat(path);
  const name = await firstFileOf(path);
  if (name?.replace(/^\.\//, '') !== DISK) {
    const reason = name === undefined ? 'it is no tar archive packed by gzip' : `the archive holds ${name}`;
    const hint = `Compute Engine takes an archive of one file, ${DISK}; without compress Kiln packs the disk image so itself`;
    throw unfit(path, reason, hint);
  }
  const known = { path, identity: await identityOf(path) };
  const { signal } = run;
  return {
    ...known,
    read: () => {
      const meter = progressMeter(`upload of ${path}`, size, run);
      return unchanged(known, meter, readMember({ path, name: DISK, size, mode: 0 }, { signal, meter }), signal);
    },
  };
}

function dataOf(extents: readonly number[]): number {
  return extents.reduce((sum, value, index) => (index % 3 === 1 ? sum + value : sum), 0);
}

async function openDisk({ path, format }: DiskFile, run: PostProcessRun): Promise<OpenSource> {
  const known = { path, identity: await identityOf(path) };
  const { signal } = run;
  const named = { path, format: qemuName(format) };
  const info = await diskInfo(named, signal);
  if (info.encrypted) throw unfit(path, 'it is encrypted', 'decrypt it with "qemu-img convert" first');
  const size = Math.max(1, Math.ceil(info.virtualSize / GIB)) * GIB;
  if (size !== info.virtualSize) run.say(`the image gets ${size / GIB} GiB: Compute Engine takes whole ones only`);
  const placed = await placeDisk(named, info, run);
  return {
    ...known,
    read: () => {
      const meter = progressMeter(`upload of ${path}`, dataOf(placed.extents), run);
      const archive = sparseTar(DISK, { ...placed, size }, { signal, meter });
      return unchanged(known, meter, gzipStream(streamPieces(archive), LEVEL), signal);
    },
  };
}

/** Throws `StepError` GOOGLE_IMPORT_DISK, and what `runProgram` does. */
export function openSource(source: ImportSource, run: PostProcessRun): Promise<OpenSource> {
  return source.kind === 'archive' ? openArchive(source.path, run) : openDisk(source.disk, run);
}
