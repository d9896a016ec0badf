import { aboutOption, type Acquired, type BuildRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { runOnHost, type Host } from '../host.ts';
import { mountLocator, mountKind } from '../mounts/mount-kind.ts';
import { pathInTree } from '../mounts/path-in-tree.ts';
import type { Tree } from './mount-volume.ts';

interface TreeMount {
  /** A type of file systems, or "bind". */
  readonly type: string;
  readonly source: string;
  /** In the tree. */
  readonly path: string;
  /** Left out where the machine's kernel does not have it. */
  readonly optional: boolean;
}

const DEFAULTS: readonly TreeMount[] = [
  { type: 'proc', source: 'proc', path: '/proc', optional: false },
  { type: 'sysfs', source: 'sysfs', path: '/sys', optional: false },
  { type: 'bind', source: '/dev', path: '/dev', optional: false },
  { type: 'devpts', source: 'devpts', path: '/dev/pts', optional: false },
  { type: 'binfmt_misc', source: 'binfmt_misc', path: '/proc/sys/fs/binfmt_misc', optional: true },
];

/** What `chroot_mounts` asks for; the usual ones when it is not given. */
export function treeMounts(given: readonly (readonly string[])[] | undefined): readonly TreeMount[] {
  return given?.map(([type = '', source = '', path = '']) => ({ type, source, path, optional: false })) ?? DEFAULTS;
}

/** A bound directory is made private: what is mounted in it would otherwise show up in the machine's own, and go with it. */
function mountCommands({ type, source }: TreeMount, path: string): readonly string[] {
  const at = shellWord(path);
  if (type !== 'bind') return [`mount -t ${shellWord(type)} ${shellWord(source)} ${at}`];
  return [`mount --bind ${shellWord(source)} ${at}`, `mount --make-private ${at}`];
}

async function mountOne(
  tree: Tree,
  each: TreeMount,
  host: Host,
  build: BuildRun,
): Promise<Acquired<string, undefined>> {
  const path = await pathInTree(tree.path, each.path);
  const { signal } = build;
  return build.acquire(mountKind, {
    describe: `${each.source} mounted at ${path}`,
    locator: mountLocator({ path, tree: tree.path, device: tree.device, host, ownDirectory: false }),
    create: async () => {
      await runOnHost(host, { doing: `making ${path}`, command: `mkdir -p -- ${shellWord(path)}`, signal });
      for (const command of mountCommands(each, path)) {
        await runOnHost(host, { doing: `mounting ${each.source} at ${path}`, command, signal });
      }
      return { id: path, handle: undefined };
    },
  });
}

/** A volume with what is mounted in it. */
export interface MountedTree {
  readonly tree: Tree;
  readonly inner: readonly Acquired<string, undefined>[];
}

/** Mounts in the tree what its programs need of this machine. Throws `CommandError` AMAZON_CHROOT_COMMAND. */
export async function mountInTree(
  tree: Tree,
  mounts: readonly TreeMount[],
  host: Host,
  build: BuildRun,
): Promise<MountedTree> {
  const made: Acquired<string, undefined>[] = [];
  for (const [index, each] of mounts.entries()) {
    try {
      made.push(await aboutOption(`/chroot_mounts/${index}`, () => mountOne(tree, each, host, build)));
    } catch (error) {
      if (!each.optional || build.signal.aborted) throw error;
      build.debug(`without ${each.path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tree, inner: made };
}
