import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2';
import { AwsProblem, invalidValue } from '../problem.ts';
import type { Region, SnapshotEntry } from '../region.ts';

interface VolumeTypeRule {
  readonly size: readonly [number, number];
  readonly iops?: readonly [number, number];
  readonly needsIops?: boolean;
  readonly throughput?: readonly [number, number];
  /** The most IOPS for each GiB. */
  readonly ratio?: number;
}

const VOLUME_TYPES: Readonly<Record<string, VolumeTypeRule>> = {
  standard: { size: [1, 1024] },
  gp2: { size: [1, 16_384] },
  gp3: { size: [1, 65_536], iops: [3000, 80_000], throughput: [125, 2000], ratio: 500 },
  io1: { size: [4, 16_384], iops: [100, 64_000], needsIops: true, ratio: 50 },
  io2: { size: [4, 65_536], iops: [100, 256_000], needsIops: true, ratio: 1000 },
  st1: { size: [125, 16_384] },
  sc1: { size: [125, 16_384] },
};

function within(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (value < low || value > high) throw invalidValue(name, String(value), `Expecting ${low} to ${high}.`);
}

/** @throws AwsProblem for a combination of type, size, IOPS and throughput that EBS does not have */
export function checkVolume(
  type: string,
  size: number,
  iops: number | undefined,
  throughput: number | undefined,
): void {
  const rule = VOLUME_TYPES[type];
  if (rule === undefined) throw new AwsProblem('UnknownVolumeType', `Unknown volume type '${type}'.`);
  within('volumeSize', size, rule.size);
  if (iops === undefined && rule.needsIops === true) {
    throw new AwsProblem('MissingParameter', `The parameter iops must be specified for ${type} volumes.`);
  }
  if (iops !== undefined) {
    if (rule.iops === undefined) {
      throw new AwsProblem('InvalidParameterCombination', `The parameter iops is not supported for ${type} volumes.`);
    }
    within('iops', iops, rule.iops);
    const most = Math.max(size * (rule.ratio ?? Infinity), rule.needsIops === true ? 0 : rule.iops[0]);
    if (iops > most) throw invalidValue('iops', String(iops), `The ratio of IOPS to volume size is too high.`);
  }
  if (throughput !== undefined) {
    if (rule.throughput === undefined) {
      throw new AwsProblem(
        'InvalidParameterCombination',
        `The parameter throughput is not supported for ${type} volumes.`,
      );
    }
    within('throughput', throughput, rule.throughput);
    if (throughput > Math.max(125, (iops ?? 3000) * 0.25)) {
      throw invalidValue('throughput', String(throughput), 'The ratio of throughput to IOPS is too high.');
    }
  }
}

function mergeOne(under: BlockDeviceMapping | undefined, over: BlockDeviceMapping): BlockDeviceMapping {
  if (over.VirtualName !== undefined) {
    if (!/^ephemeral\d+$/.test(over.VirtualName)) throw invalidValue('virtualName', over.VirtualName);
    return { DeviceName: over.DeviceName, VirtualName: over.VirtualName };
  }
  const ebs: EbsBlockDevice = { ...under?.Ebs };
  // Another type starts from that type's own IOPS and throughput.
  if (over.Ebs?.VolumeType !== undefined && over.Ebs.VolumeType !== ebs.VolumeType) {
    delete ebs.Iops;
    delete ebs.Throughput;
  }
  return { DeviceName: over.DeviceName, Ebs: { ...ebs, ...over.Ebs } };
}

/**
 * The devices of an image as a request changes them.
 * @throws AwsProblem for a device that is named twice, or one without a name
 */
export function mergeDevices(
  image: readonly BlockDeviceMapping[],
  request: readonly BlockDeviceMapping[] | undefined,
): readonly BlockDeviceMapping[] {
  const merged = new Map(image.map((each) => [each.DeviceName ?? '', each]));
  const seen = new Set<string>();
  for (const over of request ?? []) {
    const name = over.DeviceName;
    if (name === undefined || name === '')
      throw new AwsProblem('MissingParameter', 'The request must contain the parameter DeviceName');
    if (seen.has(name)) {
      throw new AwsProblem(
        'InvalidBlockDeviceMapping',
        `The device '${name}' is used in more than one block-device mapping`,
      );
    }
    seen.add(name);
    if (over.NoDevice !== undefined) merged.delete(name);
    else merged.set(name, mergeOne(merged.get(name), over));
  }
  return [...merged.values()];
}

export interface PlannedVolume {
  readonly device: string;
  readonly size: number;
  readonly type: string;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly snapshot: SnapshotEntry | undefined;
  readonly deleteOnTermination: boolean;
  readonly ebs: EbsBlockDevice;
}

/**
 * The volume behind one device.
 * @throws AwsProblem when its size, type or snapshot cannot be
 */
export function planVolume(region: Region, device: string, ebs: EbsBlockDevice): PlannedVolume {
  const snapshot = ebs.SnapshotId === undefined ? undefined : region.snapshots.get(ebs.SnapshotId);
  const size = ebs.VolumeSize ?? snapshot?.view.VolumeSize;
  if (size === undefined) {
    throw new AwsProblem('MissingParameter', `The request must contain the parameter size or snapshotId for ${device}`);
  }
  if (snapshot !== undefined && size < snapshot.view.VolumeSize) {
    throw new AwsProblem(
      'InvalidBlockDeviceMapping',
      `Volume of size ${size}GB is smaller than snapshot '${snapshot.view.SnapshotId}', expect size >= ${snapshot.view.VolumeSize}GB`,
    );
  }
  const type = ebs.VolumeType ?? 'gp2';
  checkVolume(type, size, ebs.Iops, ebs.Throughput);
  if (ebs.Encrypted === false && snapshot?.view.Encrypted === true) {
    throw new AwsProblem(
      'InvalidParameterCombination',
      `The snapshot of ${device} is encrypted: Encrypted cannot be false.`,
    );
  }
  return {
    device,
    size,
    type,
    iops: ebs.Iops ?? (type === 'gp3' ? 3000 : type === 'gp2' ? Math.min(16_000, Math.max(100, size * 3)) : undefined),
    throughput: ebs.Throughput ?? (type === 'gp3' ? 125 : undefined),
    snapshot,
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
    ebs,
  };
}
