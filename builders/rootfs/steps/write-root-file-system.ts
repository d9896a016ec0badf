import { CommandError, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { DiskLayout } from '../disk/disk-layout.ts';

/** GRUB 2.06 cannot read file systems that have these. */
const FEATURES_WITHOUT = '^metadata_csum_seed,^orphan_file';

function explained(error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const tail = error.outputTail ?? '';
  if (/Could not allocate|No free|inode table.*full/i.test(tail)) {
    return new StepError('the packages do not fit on the disk', {
      code: 'ROOTFS_DISK_TOO_SMALL',
      pointer: '/disk_size',
      hint: 'raise "disk_size"',
      cause: error,
    });
  }
  return error;
}

/** Writes the ext4 file system with the content of `tree` into the disk file, which exists with its full size. */
export async function writeRootFileSystem(
  disk: string,
  layout: DiskLayout,
  tree: string,
  uuid: string,
  build: BuildRun,
): Promise<void> {
  const { offset, size } = layout.root;
  const options = ['-q', '-F', '-t', 'ext4', '-L', 'root', '-U', uuid, '-O', FEATURES_WITHOUT];
  try {
    await runProgram('mke2fs', [...options, '-E', `offset=${offset},nodiscard`, '-d', tree, disk, `${size / 1024}k`], {
      signal: build.signal,
      env: { MKE2FS_SYNC: '0' },
    });
  } catch (error) {
    throw explained(error);
  }
}
