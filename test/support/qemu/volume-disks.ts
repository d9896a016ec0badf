import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBusyboxTree, treePrograms } from './busybox-tree.ts';

/** What disks that can be attached need on this machine, beside root. */
export const diskPrograms: readonly string[] = [...treePrograms, 'losetup', 'sfdisk', 'mke2fs', 'debugfs', 'mount'];

const BY_ID = '/dev/disk/by-id';
const PARTITION_OFFSET = 1024 ** 2;
const DISK_BYTES = 48 * 1024 ** 2;

/**
 * $1 a loop device: makes the node of its first partition, which starts at 1 MiB, where the kernel knows no partition
 * tables.
 */
const PARTITION_NODE = `set -eu
part=\${1}p1
[ ! -b "$part" ] || exit 0
file=$(losetup --noheadings --output BACK-FILE "$1")
loop=$(losetup --find --show --offset ${PARTITION_OFFSET} "$file")
mknod "$part" b $((0x$(stat -c %t "$loop"))) $((0x$(stat -c %T "$loop")))
`;

/** Writes a disk with one partition, the ext4 file system of a small Linux. */
export async function makeSourceDisk(directory: string): Promise<string> {
  const disk = join(directory, 'source.raw');
  const tree = join(directory, 'tree');
  await mkdir(tree);
  await makeBusyboxTree(tree);
  writeFileSync(disk, '');
  truncateSync(disk, DISK_BYTES);
  execFileSync('sfdisk', ['--quiet', disk], { input: ',,L\n' });
  const size = `${(DISK_BYTES - PARTITION_OFFSET) / 1024}k`;
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', tree, '-E', `offset=${PARTITION_OFFSET}`, disk, size]);
  return disk;
}

/** Disks of this machine behind the volumes of a test EC2, with the names that udev gives to EBS volumes. */
export interface VolumeDisks extends Disposable {
  readonly onAttach: (volumeId: string, device: string) => void;
  readonly onDetach: (volumeId: string) => void;
  /** The next volumes start with this disk, not with nothing. */
  startWith(disk: string | undefined): void;
  /** Has no link by the volume's id, but one in /dev of the name it is attached as: true. */
  nameByDevice: boolean;
  /** A program that makes the node of the first partition of the disk it is given, once there is one. */
  readonly partitionNode: string;
  /** Loop devices of volumes that are attached. */
  attached(): readonly string[];
  /** What was mounted while it was detached. */
  readonly pulledOut: readonly string[];
  /** The text of a file in the first partition of a volume, also of one that is gone. */
  read(volumeId: string, path: string): string;
  /** What is in a directory of it, as debugfs lists it. */
  list(volumeId: string, path: string): string;
}

export function volumeDisks(directory: string): VolumeDisks {
  const loops = new Map<string, { readonly loop: string; readonly link: string }>();
  const pulledOut: string[] = [];
  const partitionNode = join(directory, 'partition-node');
  writeFileSync(partitionNode, `#!/bin/sh\n${PARTITION_NODE}`, { mode: 0o755 });
  let start: string | undefined;
  const fileOf = (volumeId: string): string => join(directory, `${volumeId}.raw`);
  const detach = (volumeId: string): void => {
    const found = loops.get(volumeId);
    if (found === undefined) return;
    loops.delete(volumeId);
    if (readFileSync('/proc/self/mounts', 'utf8').includes(`${found.loop}p`)) pulledOut.push(volumeId);
    rmSync(found.link, { force: true });
    const devices = execFileSync('losetup', ['--noheadings', '--output', 'NAME', '--associated', fileOf(volumeId)]);
    for (const loop of devices.toString().trim().split('\n')) execFileSync('losetup', ['--detach', loop.trim()]);
    // The kernel has taken away its own by now.
    rmSync(`${found.loop}p1`, { force: true });
  };
  const ask = (volumeId: string, request: string): string =>
    execFileSync('debugfs', ['-R', request, `${fileOf(volumeId)}?offset=${PARTITION_OFFSET}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
  const disks: VolumeDisks = {
    nameByDevice: false,
    pulledOut,
    partitionNode,
    startWith: (disk) => void (start = disk),
    onAttach: (volumeId, device) => {
      const file = fileOf(volumeId);
      if (existsSync(file)) {
        // It was attached before.
      } else if (start === undefined) {
        writeFileSync(file, '');
        truncateSync(file, DISK_BYTES);
      } else cpSync(start, file);
      const loop = execFileSync('losetup', ['--find', '--partscan', '--show', file]).toString().trim();
      if (start !== undefined) execFileSync(partitionNode, [loop]);
      mkdirSync(BY_ID, { recursive: true });
      const byId = join(BY_ID, `nvme-Amazon_Elastic_Block_Store_${volumeId.replace('-', '')}`);
      const link = disks.nameByDevice ? device : byId;
      symlinkSync(loop, link);
      loops.set(volumeId, { loop, link });
    },
    onDetach: detach,
    attached: () => [...loops.values()].map(({ loop }) => loop),
    read: (volumeId, path) => ask(volumeId, `cat ${path}`),
    list: (volumeId, path) => ask(volumeId, `ls ${path}`),
    [Symbol.dispose]: () => {
      for (const volumeId of [...loops.keys()]) detach(volumeId);
    },
  };
  return disks;
}
