import { readFile, stat } from 'node:fs/promises';
import { StepError, type BuildRun } from '../../plugins/sdk/index.ts';
import { findInList, parseChecksum, type Checksum } from './checksum.ts';
import { download } from './download/download.ts';
import { fetchText } from './download/request.ts';
import { compareDigest, hashFile } from './hash-file.ts';
import { parseLocation, type Location } from './location.ts';

/** A file that the template names. */
export interface Wish {
  /** Path or URL. */
  readonly place: string;
  /** As `iso_checksum` is written. */
  readonly checksum: string;
  readonly checksumPointer: string;
  /** Absolute path to download to; without it, in the cache directory. */
  readonly target?: string;
  readonly extension?: string;
}

export interface Obtained {
  /** Absolute. */
  readonly path: string;
  readonly downloaded: boolean;
}

function failed(message: string, pointer: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'SOURCE_UNREADABLE', pointer, cause });
}

async function readList(text: string, pointer: string, signal: AbortSignal): Promise<string> {
  const location = parseLocation(text);
  if (location === undefined) throw failed(`${text} is no place Kiln can read from`, pointer);
  if (location.kind === 'web') return fetchText(location.url, signal);
  try {
    return await readFile(location.path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw failed(`the list of checksums ${text} cannot be read: ${reason}`, pointer, error);
  }
}

async function checksumOf(wish: Wish, location: Location, signal: AbortSignal): Promise<Checksum> {
  const checksum = parseChecksum(wish.checksum) ?? { kind: 'none' };
  if (checksum.kind !== 'list') return checksum;
  const found = findInList(await readList(checksum.location, wish.checksumPointer, signal), location.name);
  if (found !== undefined) return found;
  throw new StepError(`the list ${checksum.location} has no checksum of ${location.name}`, {
    code: 'CHECKSUM_NOT_LISTED',
    pointer: wish.checksumPointer,
  });
}

async function localFile(path: string, wish: Wish, checksum: Checksum, signal: AbortSignal): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== false) {
    throw new StepError(`the source ${wish.place} ${found === undefined ? 'does not exist' : 'is a directory'}`, {
      code: 'SOURCE_MISSING',
      hint: 'relative paths start from the working directory',
    });
  }
  if (checksum.kind === 'digest') {
    compareDigest(wish.place, checksum, await hashFile(path, checksum.algorithm, signal), wish.checksumPointer);
  }
  return path;
}

/** Finds or downloads a file; its checksum has been compared. Throws `StepError`. */
export async function obtain(wish: Wish, build: BuildRun): Promise<Obtained> {
  const location = parseLocation(wish.place);
  if (location === undefined) throw failed(`${wish.place} is no place Kiln can read from`, '');
  const checksum = await checksumOf(wish, location, build.signal);
  if (location.kind === 'file') {
    return { path: await localFile(location.path, wish, checksum, build.signal), downloaded: false };
  }
  const { target, extension, checksumPointer } = wish;
  const path = await download({ url: location.url, checksum, checksumPointer, target, extension }, build);
  return { path, downloaded: true };
}
