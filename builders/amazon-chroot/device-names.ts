import { basename } from 'node:path';

const LETTERS = 'f g h i j k l m n o p'.split(' ');

/** The two names by which a device may go: "/dev/xvdf" in the kernel, "/dev/sdf" to EC2. */
export function namesOf(device: string): readonly string[] {
  const [, letters] = /^\/dev\/(?:xvd|sd)([a-z]+)$/.exec(device) ?? [];
  return letters === undefined ? [device] : [`/dev/xvd${letters}`, `/dev/sd${letters}`];
}

/** The name that EC2 is told. */
export function nameForEc2(device: string): string {
  return device.replace(/^\/dev\/xvd/, '/dev/sd');
}

/** Names that a volume may be attached under. `taken` are devices of the instance and nodes of this machine. */
export function freeDevices(taken: readonly string[]): readonly string[] {
  const names = new Set(taken.flatMap((name) => namesOf(name.startsWith('/dev/') ? name : `/dev/${name}`)));
  const partitions = [...names].map((name) => name.replace(/\d+$/, ''));
  return LETTERS.map((letter) => `/dev/xvd${letter}`).filter(
    (device) => !namesOf(device).some((name) => names.has(name) || partitions.includes(name)),
  );
}

/** The node of a partition; of the device itself when `partition` is "" or "0". */
export function partitionNode(device: string, partition: string): string {
  if (partition === '' || partition === '0') return device;
  return /\d$/.test(device) ? `${device}p${partition}` : `${device}${partition}`;
}

/** The device in `nvme_device_path`, which has the "p" of its partitions at the end. */
export function withoutPartitionMark(path: string): string {
  return path.replace(/(?<=\d)p$/, '');
}

/** Serial number of the NVMe device of a volume, also part of its name in /dev/disk/by-id. */
export function serialOf(volumeId: string): string {
  return volumeId.replace('-', '');
}

/** What .Device is in mount_path. */
export function labelOf(device: string): string {
  return basename(device);
}
