/** What can be said of a volume's speed. */
export interface SpeedRule {
  readonly iops: readonly [least: number, most: number];
  /** The most IOPS for each GiB. */
  readonly ratio: number;
  /** IOPS that a volume of any size may have. */
  readonly always: number;
}

export interface VolumeType {
  /** GiB. */
  readonly leastSize: number;
  /** Undefined: the size decides. */
  readonly speed?: SpeedRule;
}

/** The types of EBS with AWS's limits of 2025. */
export const VOLUME_TYPES: Readonly<Record<string, VolumeType>> = {
  standard: { leastSize: 1 },
  gp2: { leastSize: 1 },
  gp3: { leastSize: 1, speed: { iops: [3000, 80_000], ratio: 500, always: 3000 } },
  io1: { leastSize: 4, speed: { iops: [100, 64_000], ratio: 50, always: 0 } },
  io2: { leastSize: 4, speed: { iops: [100, 256_000], ratio: 1000, always: 0 } },
  st1: { leastSize: 125 },
  sc1: { leastSize: 125 },
};

/** Whether EC2 takes IOPS beside the type; undefined is the type of what the volume is made from. */
export function takesIops(type: string | undefined): boolean {
  const rule = VOLUME_TYPES[type ?? ''];
  return rule === undefined || rule.speed !== undefined;
}
