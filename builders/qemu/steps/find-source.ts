import { readFile, stat } from 'node:fs/promises';
import { CancelledError, KilnError, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { findInList, parseChecksum, type Checksum } from '../checksum.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { download, fetchText } from '../download.ts';
import type { QemuDriver } from '../driver.ts';
import { compareDigest, hashFile } from '../hash-file.ts';
import { parseLocation, type Location } from '../location.ts';

export type Source =
  | { readonly kind: 'iso'; readonly path: string }
  | { readonly kind: 'image'; readonly path: string; readonly format: string; readonly virtualSize: number };

function failed(message: string, pointer: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'SOURCE_UNREADABLE', pointer, cause });
}

async function readList(text: string, signal: AbortSignal): Promise<string> {
  const location = parseLocation(text);
  if (location === undefined) throw failed(`${text} is no place Kiln can read from`, '/iso_checksum');
  if (location.kind === 'web') return fetchText(location.url, signal);
  try {
    return await readFile(location.path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw failed(`the list of checksums ${text} cannot be read: ${reason}`, '/iso_checksum', error);
  }
}

async function checksumOf(config: QemuBuilderConfig, location: Location, signal: AbortSignal): Promise<Checksum> {
  const checksum = parseChecksum(config.iso_checksum ?? 'none') ?? { kind: 'none' };
  if (checksum.kind !== 'list') return checksum;
  const found = findInList(await readList(checksum.location, signal), location.name);
  if (found !== undefined) return found;
  throw new StepError(`the list ${checksum.location} has no checksum of ${location.name}`, {
    code: 'CHECKSUM_NOT_LISTED',
    pointer: '/iso_checksum',
  });
}

async function localFile(path: string, shown: string, checksum: Checksum, signal: AbortSignal): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== false) {
    throw new StepError(`the source ${shown} ${found === undefined ? 'does not exist' : 'is a directory'}`, {
      code: 'SOURCE_MISSING',
      hint: 'relative paths start from the working directory',
    });
  }
  if (checksum.kind === 'digest') compareDigest(shown, checksum, await hashFile(path, checksum.algorithm, signal));
  return path;
}

async function obtain(text: string, config: QemuBuilderConfig, build: BuildRun): Promise<Located> {
  const location = parseLocation(text);
  if (location === undefined) throw failed(`${text} is no place Kiln can read from`, '');
  const checksum = await checksumOf(config, location, build.signal);
  if (location.kind === 'web') return { path: await download(location.url, checksum, build), downloaded: true };
  return { path: await localFile(location.path, text, checksum, build.signal), downloaded: false };
}

interface Located {
  readonly path: string;
  readonly downloaded: boolean;
}

/** Tries the places in order; the failure of the last one is thrown, with those of the others in its message. */
async function firstOf(config: QemuBuilderConfig, build: BuildRun): Promise<Located> {
  const places = config.iso_url === undefined ? (config.iso_urls ?? []) : [config.iso_url];
  const failures: KilnError[] = [];
  for (const [index, place] of places.entries()) {
    try {
      return await obtain(place, config, build);
    } catch (error) {
      if (!(error instanceof KilnError) || error instanceof CancelledError) throw error;
      failures.push(error);
      if (index < places.length - 1) build.warn(`${error.message}; trying the next place`);
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) throw failed('there is nothing to start from', '');
  const pointer = first.pointer ?? (config.iso_url === undefined ? '/iso_urls' : '/iso_url');
  const { code, hint } = first;
  throw new StepError([first, ...others].map(({ message }) => message).join('; '), {
    code,
    pointer,
    cause: first,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The disk of another build's artifact. */
function artifactDisk(build: BuildRun): string | undefined {
  const disk = build.source?.properties['disk'];
  return typeof disk === 'string' ? disk : build.source?.files[0];
}

/** Finds what the machine starts from; its checksum has been compared. Throws `StepError`. */
export async function findSource(config: QemuBuilderConfig, driver: QemuDriver, build: BuildRun): Promise<Source> {
  const inherited = build.source === undefined ? undefined : artifactDisk(build);
  if (build.source !== undefined && inherited === undefined) {
    throw new StepError('the build named by "from" made no local file to start from', { code: 'SOURCE_MISSING' });
  }
  const { path, downloaded } =
    inherited === undefined ? await firstOf(config, build) : { path: inherited, downloaded: false };
  if (inherited === undefined && !config.disk_image) return { kind: 'iso', path };
  const { format, virtualSize, refersTo } = await driver.inspect(path);
  const [other] = refersTo;
  if (downloaded && other !== undefined) {
    throw new StepError(`the downloaded image refers to another file, ${other}`, {
      code: 'SOURCE_REFERS_ELSEWHERE',
      hint: 'such an image could read any file of this machine; download it yourself if you trust it',
    });
  }
  return { kind: 'image', path, format, virtualSize };
}
