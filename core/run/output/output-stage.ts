import { lstat, readlink, rename, rm, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathKind } from '../scope/kinds.ts';
import { checkOurs, isOutOfFiles, openDirectory, pathOf } from '../../files/own-path.ts';
import { identityOf, isSame, readIdentity, type PathIdentity } from '../../files/path-identity.ts';
import type { ResourceKind } from '../../contract/resource.ts';

/** What is being moved to its final place, known again there. */
interface Publishing {
  readonly to: string;
  /** "device:inode:birth". */
  readonly identity: string;
}

/** A symbolic link, since that is there whole or not at all. */
function notePath(stage: string): string {
  return join(stage, '.publishing');
}

/** Where an old output waits while the new one takes its place. */
export function replacedIn(stage: string): string {
  return join(stage, '.replaced');
}

/** Written before the move, for whoever comes after a crash. */
export async function notePublishing(stage: string, from: string, to: string): Promise<void> {
  const found = await identityOf(from);
  const identity = found === undefined ? '' : `${found.device}:${found.inode}:${found.birth}`;
  const note: Publishing = { to, identity };
  // Of an attempt that failed.
  await rm(notePath(stage), { force: true });
  await symlink(JSON.stringify(note), notePath(stage));
}

async function readNote(stage: string): Promise<Publishing | undefined> {
  try {
    return JSON.parse(await readlink(notePath(stage))) as Publishing;
  } catch {
    return undefined;
  }
}

async function isNoted(path: string, { identity }: Publishing): Promise<boolean> {
  const [device = '', inode = '', birth = ''] = identity.split(':');
  const found = await identityOf(path);
  return found !== undefined && isSame(found, { device, inode, birth });
}

/** What an unfinished move has put aside goes back, unless something else is in its place. */
async function putBack(stage: string, to: string): Promise<void> {
  if ((await identityOf(to)) !== undefined || (await identityOf(replacedIn(stage))) === undefined) return;
  await rename(replacedIn(stage), to);
}

async function undoMove(stage: string): Promise<void> {
  const note = await readNote(stage);
  if (note === undefined) return;
  const { to } = note;
  const path = join(stage, basename(to));
  if (await isNoted(to, note)) {
    // A file is linked to its place, and then it is here too.
    if (await isNoted(path, note)) await unlink(to);
    else await rename(to, path);
  }
  await putBack(stage, to);
  await unlink(notePath(stage));
}

/** Runs `body` on the stage, when it is the run's, by a path that nobody can lead elsewhere; throws what `checkOurs` throws. */
async function inOwnDirectory(
  path: string,
  recorded: PathIdentity | undefined,
  body: (inside: string) => Promise<void>,
): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await openDirectory(path);
  } catch (error) {
    if (!isOutOfFiles(error)) throw error;
    checkOurs(path, await lstat(path, { bigint: true }), recorded);
    return body(path);
  }
  if (handle === undefined) return;
  try {
    checkOurs(path, await handle.stat({ bigint: true }), recorded);
    await body(pathOf(handle, path));
  } finally {
    await handle.close();
  }
}

/**
 * Undoes a move to the final place, should there have been one: afterwards the output is in its stage again. Throws
 * `StepError` NOT_OURS when the stage is another one than the recorded.
 */
export function unpublish(stage: string, recorded?: PathIdentity): Promise<void> {
  return inOwnDirectory(stage, recorded, undoMove);
}

/** A directory in which an output is made. What was moved to its place from there stays, whole, when it is removed. */
export const stageKind: ResourceKind<string> = {
  ...pathKind,
  kind: 'output-stage',
  release: async (stage, locator, context) => {
    await inOwnDirectory(stage, readIdentity(context.identity), async (inside) => {
      const note = await readNote(inside);
      if (note !== undefined) await putBack(inside, note.to);
    });
    await pathKind.release(stage, locator, context);
  },
  releaseForRetry: async (stage, locator, context) => {
    await unpublish(stage, readIdentity(context.identity));
    await pathKind.release(stage, locator, context);
  },
};
