import { lstat } from 'node:fs/promises';
import { aboutOption, type BuildRun, type JsonObject } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { runOnHost, type Host } from '../host.ts';
import { entryInTree } from '../mounts/path-in-tree.ts';
import type { Tree } from './mount-volume.ts';

const SAVED = '.kiln-original';

/** A file of this machine in the tree. */
export interface Copy extends JsonObject {
  readonly file: string;
  readonly place: string;
  /** Whether something was there before, and is beside it now. */
  readonly replaced: boolean;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function copyOne(tree: Tree, file: string, host: Host, signal: AbortSignal): Promise<Copy> {
  const place = await entryInTree(tree.path, file);
  const to = shellWord(place);
  const replaced = await exists(place);
  const doing = `copying ${file} into the volume`;
  if (replaced) await runOnHost(host, { doing, command: `mv -T -- ${to} ${shellWord(place + SAVED)}`, signal });
  await runOnHost(host, { doing, command: `cp -- ${shellWord(file)} ${to}`, signal });
  return { file, place, replaced };
}

async function restore({ place, replaced }: Copy, host: Host, signal: AbortSignal): Promise<void> {
  // An earlier process may have done it.
  if (replaced && !(await exists(place + SAVED))) return;
  const at = shellWord(place);
  const doing = `putting back ${place}`;
  await runOnHost(host, { doing, command: `rm -f -- ${at}`, signal });
  if (replaced) await runOnHost(host, { doing, command: `mv -T -- ${shellWord(place + SAVED)} ${at}`, signal });
}

/** Copies files of this machine to the same paths in the tree. */
export async function copyFiles(
  tree: Tree,
  files: readonly string[],
  host: Host,
  { signal }: BuildRun,
): Promise<readonly Copy[]> {
  const copies: Copy[] = [];
  for (const [index, file] of files.entries()) {
    copies.push(await aboutOption(`/copy_files/${index}`, () => copyOne(tree, file, host, signal)));
  }
  return copies;
}

/** Copies again what an earlier process had copied and is not there any more. */
export async function copyAgain(
  tree: Tree,
  copies: readonly Copy[],
  host: Host,
  { signal }: BuildRun,
): Promise<readonly Copy[]> {
  const again: Copy[] = [];
  for (const copy of copies) {
    const isThere = await exists(copy.replaced ? copy.place + SAVED : copy.place);
    again.push(isThere ? copy : await aboutOption('/copy_files', () => copyOne(tree, copy.file, host, signal)));
  }
  return again;
}

/** Puts back what was there before. */
export async function restoreFiles(copies: readonly Copy[], host: Host, { signal }: BuildRun): Promise<void> {
  for (const copy of copies.toReversed()) await restore(copy, host, signal);
}
