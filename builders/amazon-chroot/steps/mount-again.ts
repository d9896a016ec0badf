import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import { mounts } from '../../../plugins/sdk/files.ts';
import type { JsonObject } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { Host } from '../host.ts';
import { hostKey, mountKind, recallHost } from '../mounts/mount-kind.ts';
import type { Copy } from './copy-files.ts';
import type { MountedTree } from './mount-in-tree.ts';

/** What is mounted for a build, as the journal knows it. */
export interface NotedMounts extends JsonObject {
  readonly path: string;
  /** The device node that is mounted there. */
  readonly device: string;
  /** What is mounted in it, in that order. */
  readonly inner: readonly string[];
  readonly copies: readonly Copy[];
  /** Which of this process's ways to become root the mounts remember. */
  readonly host: string;
}

export function noteMounts(
  { tree, inner, copies }: MountedTree & { readonly copies: readonly Copy[] },
  host: Host,
): NotedMounts {
  const { path, device } = tree;
  return { path, device, inner: inner.map(({ id }) => id), copies: [...copies], host: hostKey(host) };
}

/**
 * Takes over what an earlier process had mounted, if all of it still is, as it is when only Kiln had died. Otherwise (the
 * machine was started anew) it unmounts what is left and resolves with undefined.
 */
export async function takeOverMounts(
  { path, device, inner, host: key }: NotedMounts,
  node: string,
  host: Host,
  amazon: AmazonBuild,
): Promise<MountedTree | undefined> {
  recallHost(key, host);
  const acquired = adoptedOrKept(mountKind, path, amazon.build);
  const within = inner.map((each) => adoptedOrKept(mountKind, each, amazon.build));
  const table = await mounts();
  const isThere = table.sourceOf(path) === node && inner.every((each) => table.sourceOf(each) !== undefined);
  if (isThere && device === node) return { tree: { path, device, acquired }, inner: within };
  for (const each of within.toReversed()) await each.release();
  await acquired.release();
  return undefined;
}
