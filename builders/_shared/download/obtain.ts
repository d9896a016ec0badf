import { stat } from 'node:fs/promises';
import { shownAddress } from '../../../plugins/sdk/http.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { parseChecksum, type Checksum } from './checksum.ts';
import { faultOfListed, findInList } from './checksum-list.ts';
import { download } from './download.ts';
import { compareDigest, hashFile } from './hash-file.ts';
import { headOf } from '../image-format.ts';
import { parseLocation, type Location } from './location.ts';
import { readList } from './read-list.ts';
import { isLeftPacked, packingByContent, packingOf } from './unpack/packing.ts';
import { unpack } from './unpack/unpack.ts';

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
  /** Whether a file that is packed is wanted as what is in it. */
  readonly unpack?: boolean;
}

export interface Obtained {
  /** Absolute; of what is read in place a URL. */
  readonly path: string;
  /** Where its content is from: this machine, a server, or still there. */
  readonly origin: 'local' | 'downloaded' | 'in place';
}

function unreadable(place: string): StepError {
  return new StepError(`${shownAddress(place)} is no place Kiln can read from`, { code: 'SOURCE_UNREADABLE' });
}

async function checksumOf(wish: Wish, location: Location, signal: AbortSignal): Promise<Checksum> {
  const checksum = parseChecksum(wish.checksum) ?? { kind: 'none' };
  if (checksum.kind !== 'list') return checksum;
  const list = parseLocation(checksum.location);
  if (list === undefined) throw unreadable(checksum.location).at(wish.checksumPointer);
  const shown = shownAddress(checksum.location);
  const found = findInList(await readList(list, wish.checksumPointer, signal), list, location);
  if (found.kind === 'found') return found.digest;
  const { message, ...details } = faultOfListed(found, shown, location.name);
  throw new StepError(message, { ...details, pointer: wish.checksumPointer });
}

async function localFile(path: string, wish: Wish, checksum: Checksum, signal: AbortSignal): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== false) {
    throw new StepError(`the source ${wish.place} ${found === undefined ? 'does not exist' : 'is a directory'}`, {
      code: 'SOURCE_MISSING',
      hint: 'relative paths start from the working directory',
    });
  }
  // Of a FIFO or a device like /dev/zero no end may come, and an open that waits cannot be cancelled.
  if (!found.isFile() && !found.isBlockDevice()) {
    throw new StepError(`the source ${wish.place} is neither a file nor a disk`, { code: 'SOURCE_UNREADABLE' });
  }
  if (checksum.kind === 'digest') {
    compareDigest(wish.place, checksum, await hashFile(path, checksum.algorithm, signal), wish.checksumPointer);
  }
  return path;
}

async function fetched(location: Location, wish: Wish, checksum: Checksum, build: BuildRun): Promise<Obtained> {
  if (location.kind === 'file') {
    return { path: await localFile(location.path, wish, checksum, build.signal), origin: 'local' };
  }
  const { target, extension, checksumPointer } = wish;
  const path = await download({ url: location.url, checksum, checksumPointer, target, extension }, build);
  return { path, origin: 'downloaded' };
}

/**
 * Finds or downloads a file; its checksum has been compared. One that is wanted unpacked is, and the checksum is that of
 * the packed file. Throws `StepError`.
 */
export async function obtain(wish: Wish, build: BuildRun): Promise<Obtained> {
  const location = parseLocation(wish.place);
  if (location === undefined) throw unreadable(wish.place);
  const checksum = await checksumOf(wish, location, build.signal);
  const { unpack: isUnpacked = false, target, ...rest } = wish;
  const packing = isUnpacked ? packingOf(location) : undefined;
  if (packing === undefined) {
    const found = await fetched(location, wish, checksum, build);
    if (isUnpacked && !isLeftPacked(location)) await refusePacked(found, wish.place);
    return found;
  }
  const { path, origin } = await fetched(location, rest, checksum, build);
  const packed = { path, packing, shown: shownAddress(wish.place) };
  return { path: await unpack(packed, origin === 'local' ? undefined : target, build), origin };
}

/** No machine starts from a packed file. */
async function refusePacked({ path }: Obtained, place: string): Promise<void> {
  const packing = packingByContent(await headOf(path));
  if (packing === undefined) return;
  throw new StepError(`${shownAddress(place)} is packed (${packing}), and its name does not say so`, {
    code: 'SOURCE_PACKED',
    hint: `put ?archive=${packing} behind the address to have it unpacked, or ?archive=false to use it as it is`,
  });
}
