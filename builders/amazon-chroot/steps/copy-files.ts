import { lstat } from 'node:fs/promises';
import { shellWord, type BuildRun } from '../../../plugins/sdk/index.ts';
import { runOnHost, type Host } from '../host.ts';
import { entryInTree } from '../path-in-tree.ts';
import type { Tree } from './mount-volume.ts';

const SAVED = '.kiln-original';

/** A file of this machine in the tree. */
interface Copy {
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
  return { place, replaced };
}

async function restore({ place, replaced }: Copy, host: Host, signal: AbortSignal): Promise<void> {
  const at = shellWord(place);
  const doing = `putting back ${place}`;
  await runOnHost(host, { doing, command: `rm -f -- ${at}`, signal });
  if (replaced) await runOnHost(host, { doing, command: `mv -T -- ${shellWord(place + SAVED)} ${at}`, signal });
}

/** Copies files of this machine to the same paths in the tree. What it resolves with puts back what was there before. */
export async function copyFiles(
  tree: Tree,
  files: readonly string[],
  host: Host,
  build: BuildRun,
): Promise<() => Promise<void>> {
  const copies: Copy[] = [];
  for (const file of files) copies.push(await copyOne(tree, file, host, build.signal));
  return async () => {
    for (const copy of copies.toReversed()) await restore(copy, host, build.signal);
  };
}
