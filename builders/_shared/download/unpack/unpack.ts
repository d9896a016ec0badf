import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cachePlace, holdLock } from '../../../../plugins/sdk/host.ts';
import { CancelledError, CommandError, KilnError, StepError, type BuildRun } from '../../../../plugins/sdk/index.ts';
import { makeDirectory } from '../../../../plugins/sdk/files.ts';
import { reasonOf } from '../../../../plugins/sdk/http.ts';
import { hashFile } from '../hash-file.ts';
import type { Packing } from './packing.ts';
import { unpackTo } from './unpack-to.ts';

export interface Packed {
  /** Absolute. */
  readonly path: string;
  readonly packing: Packing;
  /** As the template has it. */
  readonly shown: string;
}

/** What a file beside an unpacked one says. */
interface Unpacked {
  /** SHA-256 of what it was unpacked from, and of itself. */
  readonly from: string;
  readonly sha256: string;
}

async function readRecord(path: string): Promise<Partial<Unpacked>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<Unpacked>;
  } catch {
    return {};
  }
}

function failure(error: unknown, { shown, packing }: Packed, signal: AbortSignal): unknown {
  if (signal.aborted) return new CancelledError();
  const isKilns = error instanceof KilnError;
  if (!(error instanceof Error) || (isKilns && !(error instanceof CommandError))) return error;
  if (isKilns && error.code === 'PROGRAM_MISSING') return error;
  const tail = error instanceof CommandError ? (error.outputTail ?? '').trim() : '';
  const isFull = ('code' in error && error.code === 'ENOSPC') || /No space left/.test(tail);
  if (isFull) {
    return new StepError(`the disk is full: ${shown} could not be unpacked`, {
      code: 'DISK_FULL',
      hint: 'free some space, or set KILN_CACHE_DIR to a directory on another file system',
      cause: error,
    });
  }
  return new StepError(`${shown} cannot be unpacked as ${packing}: ${tail.split('\n').at(-1) || reasonOf(error)}`, {
    code: 'SOURCE_PACKED',
    hint: 'put ?archive=false behind the address if it is to be used as it is',
    cause: error,
  });
}

/**
 * Unpacks a file to `target`, or into the cache directory, and returns the path. One that was unpacked before is used
 * again when neither it nor what it came from has changed. Throws `StepError` SOURCE_PACKED or DISK_FULL, and
 * `CommandError` PROGRAM_MISSING.
 */
export async function unpack(packed: Packed, target: string | undefined, build: BuildRun): Promise<string> {
  const cache = await cachePlace(build.cacheDirectory, 'downloads');
  const from = await hashFile(packed.path, 'sha256', build.signal);
  // Beside what was downloaded it goes when that does.
  const name = dirname(packed.path) === cache ? basename(packed.path) : from.slice(0, 40);
  const path = target ?? join(cache, `${name}.unpacked`);
  const id = createHash('sha256').update(path).digest('hex').slice(0, 40);
  const record = target === undefined ? `${path}.json` : join(cache, `${id}.unpacked.json`);
  await makeDirectory(dirname(path));
  await using _held = await holdLock(
    join(await cachePlace(build.cacheDirectory, 'locks'), `unpack-${id}`),
    build.signal,
    () => build.say(`waiting for another build that unpacks ${packed.shown}`),
  );
  const known = await readRecord(record);
  const there = await hashFile(path, 'sha256', build.signal).catch(() => undefined);
  if (known.from === from && known.sha256 === there) {
    build.say(`using the unpacked ${path}`);
    return path;
  }
  const unfinished = `${path}.unpacking.part`;
  await rm(unfinished, { force: true });
  build.say(`unpacking ${packed.shown}`);
  try {
    await unpackTo(packed.packing, packed.path, unfinished, build.signal);
    const unpacked: Unpacked = { from, sha256: await hashFile(unfinished, 'sha256', build.signal) };
    await rename(unfinished, path);
    await writeFile(record, JSON.stringify(unpacked));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw failure(error, packed, build.signal);
  }
  return path;
}
