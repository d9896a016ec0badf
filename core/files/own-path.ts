import { constants, existsSync, type BigIntStats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { shellWord } from '../scripts/quote.ts';
import { identityFrom, isSame, type PathIdentity } from './path-identity.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** What `read` gives; undefined when the thing is not there. Other errors pass. */
export async function unlessGone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return undefined;
    throw error;
  }
}

/** No file can be opened any more; nobody else can bring that about. */
export function isOutOfFiles(error: unknown): boolean {
  return hasCode(error, ['EMFILE']);
}

const OPEN_FILES = '/proc/self/fd';
const hasOpenFiles = existsSync(OPEN_FILES);

/** A path that leads to the open directory, whoever moves it or puts a link where it was; `path` where the system has none. */
export function pathOf(handle: FileHandle, path: string): string {
  return hasOpenFiles ? `${OPEN_FILES}/${handle.fd}` : path;
}

/** Undefined when there is no directory, or a link in its place. */
export async function openDirectory(path: string): Promise<FileHandle | undefined> {
  return unlessGone(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)).catch((error: unknown) => {
    if (hasCode(error, ['ELOOP'])) return undefined;
    throw error;
  });
}

export function notOurs(path: string, why: string): StepError {
  return new StepError(`${path} is not what the run made: ${why}`, {
    code: 'NOT_OURS',
    hint: `look at it; if nobody needs it, rm -r ${shellWord(path)}`,
  });
}

/**
 * Throws `StepError` NOT_OURS when the thing at `path` is not the one on record, or, without a record, belongs to another
 * user: somebody may have put it there to have something else removed.
 */
export function checkOurs(path: string, found: BigIntStats, recorded: PathIdentity | undefined): void {
  const uid = process.geteuid?.();
  const foreign = uid !== undefined && Number(found.uid) !== uid;
  if (recorded === undefined ? !foreign : isSame(identityFrom(found), recorded)) return;
  throw notOurs(path, foreign ? `it belongs to another user (${found.uid})` : 'it came there later');
}

/** A thing in a directory that is held open while `body` works on it: nobody can lead its `path` elsewhere. */
export interface Entry {
  readonly path: string;
  readonly found: BigIntStats;
}

/** Runs `body` on what is at `path`, when there is something and it is the run's; throws what `checkOurs` throws. */
export async function onOwnEntry(
  path: string,
  recorded: PathIdentity | undefined,
  body: (entry: Entry) => Promise<void>,
): Promise<void> {
  const parent = await unlessGone(open(dirname(path), O_RDONLY | O_DIRECTORY));
  if (parent === undefined) return;
  try {
    const entry = join(pathOf(parent, dirname(path)), basename(path));
    const found = await unlessGone(lstat(entry, { bigint: true }));
    if (found === undefined) return;
    checkOurs(path, found, recorded);
    await body({ path: entry, found });
  } finally {
    await parent.close();
  }
}
