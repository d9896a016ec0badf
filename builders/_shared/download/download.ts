import { createHash } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { cachePlace, holdLock } from '../../../plugins/sdk/host.ts';
import { makeDirectory } from '../../../plugins/sdk/files.ts';
import { shownAddress } from '../../../plugins/sdk/http.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { Checksum } from './checksum.ts';
import { compareDigest, hashFile } from './hash-file.ts';
import { readKept, writeKept, type Kept } from './kept.ts';
import { partAt, urlDigestOf, type Part } from './part.ts';
import { ask } from './request.ts';
import { transfer, type Limits, type Transferred } from './transfer.ts';

const LIMITS: Limits = { idleMilliseconds: 60_000, retryMilliseconds: 500 };
const PART = '.part';
const PARTS_KEPT_MILLISECONDS = 14 * 86_400_000;
const VERSIONS_KEPT_MILLISECONDS = 86_400_000;

export interface Wanted {
  readonly url: string;
  readonly checksum: Checksum;
  /** The option with the checksum, for errors. */
  readonly checksumPointer: string;
  /** Absolute path of the file to make; without it, one in the cache directory. */
  readonly target?: string | undefined;
  /** Of a file in the cache directory, without its dot; without it, that of the URL. */
  readonly extension?: string | undefined;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** Where a file is kept, but for the part of its name that tells its versions apart. */
interface StorePaths {
  readonly stem: string;
  readonly extension: string;
  readonly target: string | undefined;
}

function placeOf({ url, checksum, target, extension }: Wanted, cacheDirectory: string): StorePaths {
  if (target !== undefined) return { stem: join(dirname(target), `.${basename(target)}`), extension: '', target };
  const name = checksum.kind === 'digest' ? `${checksum.algorithm}:${checksum.digest}` : url;
  const fromUrl = /^\.[a-z0-9]{1,8}$/i.exec(extname(new URL(url).pathname))?.[0] ?? '';
  const ending = extension === undefined ? fromUrl : `.${extension.replace(/^\./, '')}`;
  return { stem: join(cacheDirectory, 'downloads', shortHash(name)), extension: ending, target: undefined };
}

/** Without a checksum the name has the content's, so that a build that uses another version keeps its file. */
function pathOf({ stem, extension, target }: StorePaths, checksum: Checksum, digest: string): string {
  if (target !== undefined) return target;
  return checksum.kind === 'digest' ? `${stem}${extension}` : `${stem}-${digest.slice(0, 16)}${extension}`;
}

/** Whether there is a file with this digest. One that is there and has another is named to the user. */
async function isSound(path: string, algorithm: string, digest: string, build: BuildRun): Promise<boolean> {
  const there = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!there) return false;
  if ((await hashFile(path, algorithm, build.signal)) === digest) return true;
  build.warn(`the downloaded ${path} is damaged or another version; it is downloaded anew`);
  return false;
}

/** Whether what was kept without a checksum is still what the server has, or was made while this build waited. */
async function isCurrent(
  kept: Kept,
  url: string,
  since: number,
  { idleMilliseconds }: Limits,
  signal: AbortSignal,
): Promise<boolean> {
  if (kept.completed > since) return true;
  if (kept.validator === undefined) return false;
  const condition = kept.validator.startsWith('"') ? 'if-none-match' : 'if-modified-since';
  const late = AbortSignal.timeout(idleMilliseconds);
  try {
    const response = await ask(url, { [condition]: kept.validator }, [304], AbortSignal.any([signal, late]));
    response.body.destroy();
    return response.status === 304;
  } catch (error) {
    // The download itself will say what a server that is silent does.
    if (late.aborted && !signal.aborted) return false;
    throw error;
  }
}

async function findKept(
  { checksum }: Wanted,
  place: StorePaths,
  url: string,
  since: number,
  limits: Limits,
  build: BuildRun,
): Promise<string | undefined> {
  if (checksum.kind === 'digest') {
    const path = pathOf(place, checksum, '');
    return (await isSound(path, checksum.algorithm, checksum.digest, build)) ? path : undefined;
  }
  const kept = await readKept(place.stem);
  if (kept?.urlDigest !== urlDigestOf(url) || !(await isCurrent(kept, url, since, limits, build.signal)))
    return undefined;
  const path = pathOf(place, checksum, kept.sha256);
  return (await isSound(path, 'sha256', kept.sha256, build)) ? path : undefined;
}

/** Fetches and compares. A file that was put together from parts and is wrong is fetched once more as a whole. */
async function fetchRight(
  url: string,
  part: Part,
  { checksum, checksumPointer }: Wanted,
  limits: Limits,
  build: BuildRun,
): Promise<Transferred> {
  const algorithm = checksum.kind === 'digest' ? checksum.algorithm : 'sha256';
  let done = await transfer(url, part, algorithm, limits, build);
  if (checksum.kind === 'digest' && done.digest !== checksum.digest && done.resumed) {
    build.warn(`${shownAddress(url)} has changed since its first part was downloaded; it is downloaded anew`);
    await part.discard();
    done = await transfer(url, part, algorithm, limits, build);
  }
  if (checksum.kind === 'digest' && done.digest !== checksum.digest) await part.discard();
  compareDigest(shownAddress(url), checksum, done.digest, checksumPointer);
  return done;
}

/** Removes parts that nobody went on with, and versions of this file that no build can be using any more. */
async function removeOld(place: StorePaths): Promise<void> {
  const directory = dirname(place.stem);
  for (const name of place.target === undefined ? await readdir(directory) : []) {
    const isPart = name.endsWith(PART) || name.endsWith(`${PART}.json`);
    const isVersion = name.startsWith(`${basename(place.stem)}-`);
    if (!isPart && !isVersion) continue;
    const age = await stat(join(directory, name)).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    const limit = isPart ? PARTS_KEPT_MILLISECONDS : VERSIONS_KEPT_MILLISECONDS;
    if (age > limit) await rm(join(directory, name), { force: true });
  }
}

async function makeTargetDirectory(target: string): Promise<void> {
  try {
    await makeDirectory(dirname(target));
  } catch (cause) {
    throw new StepError(`${target} cannot be made: ${cause instanceof Error ? cause.message : ''}`, {
      code: 'DOWNLOAD_TARGET',
      pointer: '/iso_target_path',
      cause,
    });
  }
}

/**
 * Downloads a file and returns its path: in the cache directory, or at `target`. One that is there is used again when
 * it has the checksum; without a checksum, when the server says that it has not changed. The file appears when it is
 * whole and compared. Of all builds, in this process and in others, one downloads it and the others wait for that. What
 * an interruption leaves is gone on from where the server still has that version.
 * Throws `StepError` DOWNLOAD_…, CHECKSUM_MISMATCH or DISK_FULL.
 */
export async function download(wanted: Wanted, build: BuildRun, limits: Limits = LIMITS): Promise<string> {
  const { url, checksum } = wanted;
  const place = placeOf(wanted, build.cacheDirectory);
  const since = Date.now();
  if (place.target === undefined) await cachePlace(build.cacheDirectory, 'downloads');
  else await makeTargetDirectory(place.target);
  const lock = join(await cachePlace(build.cacheDirectory, 'locks'), `download-${shortHash(place.stem)}`);
  await using _held = await holdLock(lock, build.signal, () =>
    build.say(`waiting for another build that downloads ${shownAddress(url)}`),
  );
  const kept = await findKept(wanted, place, url, since, limits, build);
  if (kept !== undefined) {
    build.say(`using the downloaded ${kept}`);
    return kept;
  }
  await removeOld(place);
  const part = partAt(`${place.stem}${PART}`, url, checksum.kind === 'digest');
  try {
    const { digest, size, validator } = await fetchRight(url, part, wanted, limits, build);
    const path = pathOf(place, checksum, digest);
    await rename(part.path, path);
    await part.discard();
    if (checksum.kind !== 'digest') {
      await writeKept(place.stem, {
        urlDigest: urlDigestOf(url),
        sha256: digest,
        size,
        validator,
        completed: Date.now(),
      });
    }
    return path;
  } finally {
    if ((await part.usable()) === 0) await part.discard();
  }
}
