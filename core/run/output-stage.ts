import { lstat, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathKind } from './kinds.ts';
import type { ResourceKind } from './resource.ts';

/** What is being moved to its final place, known again there. */
interface Publishing {
  readonly to: string;
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

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, birthtimeNs } = await lstat(path, { bigint: true });
    // The number alone may be that of another file by now.
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}

/** Written before the move, for whoever comes after a crash. */
export async function notePublishing(stage: string, from: string, to: string): Promise<void> {
  const note: Publishing = { to, identity: (await identityOf(from)) ?? '' };
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

/** What an unfinished move has put aside goes back, unless something else is in its place. */
async function putBack(stage: string, to: string): Promise<void> {
  if ((await identityOf(to)) !== undefined || (await identityOf(replacedIn(stage))) === undefined) return;
  await rename(replacedIn(stage), to);
}

/** Undoes a move to the final place, should there have been one: afterwards the output is in its stage again. */
export async function unpublish(stage: string): Promise<void> {
  const note = await readNote(stage);
  if (note === undefined) return;
  const { to, identity } = note;
  const path = join(stage, basename(to));
  if ((await identityOf(to)) === identity) {
    // A file is linked to its place, and then it is here too.
    if ((await identityOf(path)) === identity) await unlink(to);
    else await rename(to, path);
  }
  await putBack(stage, to);
  await unlink(notePath(stage));
}

/** A directory in which an output is made. What was moved to its place from there stays, whole, when it is removed. */
export const stageKind: ResourceKind<string> = {
  ...pathKind,
  kind: 'output-stage',
  release: async (stage, hints, context) => {
    const note = await readNote(stage);
    if (note !== undefined) await putBack(stage, note.to);
    await pathKind.release(stage, hints, context);
  },
  startOver: async (stage, hints, context) => {
    await unpublish(stage);
    await pathKind.release(stage, hints, context);
  },
};
