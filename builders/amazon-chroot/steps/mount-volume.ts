import { stat } from 'node:fs/promises';
import { aboutOption, StepError, type Acquired, type BuildRun } from '../../../plugins/sdk/index.ts';
import { mounts } from '../../../plugins/sdk/files.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { runOnHost, type Host } from '../host.ts';
import { mountLocator, mountKind } from '../mounts/mount-kind.ts';

/** A volume that is mounted on this machine. */
export interface Tree {
  readonly path: string;
  /** The device node that is mounted there. */
  readonly device: string;
  readonly acquired: Acquired<string, undefined>;
}

const HINT =
  'mount_partition says which partition it is; XFS of the AMI that this machine runs needs "mount_options": ["nouuid"]';

/** Mounts a device node. Throws `StepError` AMAZON_CHROOT_MOUNT_TAKEN, `CommandError` AMAZON_CHROOT_COMMAND. */
export async function mountVolume(
  device: string,
  path: string,
  options: readonly string[] | undefined,
  host: Host,
  build: BuildRun,
): Promise<Tree> {
  const there = (await mounts()).sourceOf(path);
  if (there !== undefined) {
    throw new StepError(`${there} is mounted at ${path} already`, {
      code: 'AMAZON_CHROOT_MOUNT_TAKEN',
      pointer: '/mount_path',
      hint: 'use {{.Device}} in mount_path, so that builds side by side have their own; "kiln gc" unmounts what a killed one has left',
    });
  }
  const ownDirectory = await stat(path).then(
    () => false,
    () => true,
  );
  const flags = (options ?? []).flatMap((option) => ['-o', shellWord(option)]);
  const { signal } = build;
  const acquired = await build.acquire(mountKind, {
    describe: `${device} mounted at ${path}`,
    locator: mountLocator({ path, tree: path, device, host, ownDirectory }),
    create: async () => {
      await aboutOption('/mount_path', () =>
        runOnHost(host, { doing: `making ${path}`, command: `mkdir -p -- ${shellWord(path)}`, signal }),
      );
      const command = ['mount', ...flags, '--', shellWord(device), shellWord(path)].join(' ');
      const pointer = options === undefined ? '/mount_partition' : '/mount_options';
      await aboutOption(pointer, () => runOnHost(host, { doing: `mounting ${device}`, command, signal, hint: HINT }));
      return { id: path, handle: undefined };
    },
  });
  build.say(`${device} is mounted at ${path}`);
  return { path, device, acquired };
}
