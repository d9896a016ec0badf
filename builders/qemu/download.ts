import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CancelledError, KilnError, pathKind, StepError, type BuildRun } from '../../plugins/sdk/index.ts';
import type { Checksum } from './checksum.ts';
import { compareDigest, hashFile } from './hash-file.ts';

const PROGRESS_MILLISECONDS = 200;

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new StepError(`${url} answers ${response.status} ${response.statusText}`.trimEnd(), {
      code: 'DOWNLOAD_REFUSED',
    });
  } catch (error) {
    throw asFailure(error, url, signal);
  }
}

function asFailure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted) return new CancelledError();
  if (error instanceof KilnError || !(error instanceof Error)) return error;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new StepError(`the disk is full: ${url} could not be kept in the cache directory`, {
      code: 'DISK_FULL',
      hint: 'free some space, or set PACKER_CACHE_DIR to a directory on another file system',
      cause: error,
    });
  }
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return new StepError(`${url} could not be fetched: ${reason}`, { code: 'DOWNLOAD_FAILED', cause: error });
}

/** Text of a small file, such as a list of checksums. Throws `StepError` DOWNLOAD_…. */
export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await ask(url, signal);
  try {
    return await response.text();
  } catch (error) {
    throw asFailure(error, url, signal);
  }
}

/** Where a downloaded file is kept: another checksum or another place make another file. */
function cachedPath(url: string, checksum: Checksum, directory: string): string {
  const name = checksum.kind === 'digest' ? `${checksum.algorithm}:${checksum.digest}` : url;
  const extension = /^\.[a-z0-9]{1,8}$/i.exec(extname(new URL(url).pathname))?.[0] ?? '';
  return join(directory, `${createHash('sha256').update(name).digest('hex').slice(0, 40)}${extension}`);
}

async function isCached(path: string, checksum: Checksum, signal: AbortSignal): Promise<boolean> {
  if (checksum.kind !== 'digest') return false;
  const there = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return there && (await hashFile(path, checksum.algorithm, signal)) === checksum.digest;
}

/**
 * Downloads a file into the cache directory and returns its path. A file that is there is used again when it has the
 * checksum; without a checksum it is fetched anew. The file appears under its name when it is whole and compared.
 * Throws `StepError` DOWNLOAD_…, CHECKSUM_MISMATCH or DISK_FULL.
 */
export async function download(url: string, checksum: Checksum, build: BuildRun): Promise<string> {
  const directory = join(build.cacheDirectory, 'downloads');
  await mkdir(directory, { recursive: true });
  const path = cachedPath(url, checksum, directory);
  if (await isCached(path, checksum, build.signal)) {
    build.say(`using the downloaded ${path}`);
    return path;
  }
  const response = await ask(url, build.signal);
  const unfinished = await build.acquire(pathKind, {
    describe: `unfinished download of ${url}`,
    hints: { directory },
    create: (token) => {
      const file = `${path}.${token}`;
      return Promise.resolve({ id: file, handle: file });
    },
  });
  const hash = checksum.kind === 'digest' ? createHash(checksum.algorithm) : undefined;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = Number.isSafeInteger(length) && !response.headers.has('content-encoding') ? length : undefined;
  let done = 0;
  let shown = 0;
  async function* watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash?.update(chunk);
      done += chunk.length;
      if (performance.now() - shown > PROGRESS_MILLISECONDS) {
        shown = performance.now();
        build.progress(`download ${url}`, done, total);
      }
      yield chunk;
    }
  }
  try {
    const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body);
    await pipeline(body, watched, createWriteStream(unfinished.handle, { flags: 'wx' }), { signal: build.signal });
  } catch (error) {
    throw asFailure(error, url, build.signal);
  }
  build.progress(`download ${url}`, done, done);
  if (total !== undefined && done !== total) {
    throw new StepError(`${url} ended after ${done} of ${total} bytes`, { code: 'DOWNLOAD_FAILED' });
  }
  if (hash !== undefined) compareDigest(url, checksum, hash.digest('hex'));
  await rename(unfinished.handle, path);
  await unfinished.release();
  return path;
}
