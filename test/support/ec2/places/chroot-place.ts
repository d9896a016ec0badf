import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { RunOptions } from '../../../../core/run/run-plan.ts';
import { amazonPlace, type AmazonBake, type AmazonPlace } from '../amazon-run.ts';
import { startEc2Machine, type Ec2Machine } from './ec2-machine.ts';
import type { Leftover, WorldOptions } from '../index.ts';
import { volumeDisks, type VolumeDisks } from '../../qemu/volume-disks.ts';

/** An EC2 instance that this machine takes itself for, with volumes that are loop devices, and builds on it. */
export interface ChrootPlace extends AsyncDisposable {
  readonly amazon: AmazonPlace;
  readonly disks: VolumeDisks;
  readonly machine: Ec2Machine;
  /** Where volumes are mounted. */
  readonly mounts: string;
  /** Runs a build of these options with these provisioners. */
  bake(options?: JsonObject, provisioners?: readonly JsonObject[], run?: Partial<RunOptions>): Promise<AmazonBake>;
  /** Kinds of what was made and is there: things of AWS, mounts, loop devices. */
  left(): readonly string[];
}

/** Mounts of this machine below a directory. */
export function mountsBelow(directory: string): readonly string[] {
  const paths = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return paths.filter((path) => path.startsWith(`${directory}/`));
}

/** Unmounts what is mounted below a directory: removing that would empty the machine's own /dev. */
export async function unmountAll(directory: string): Promise<void> {
  // What was running there may not have ended yet.
  await expect
    .poll(() => {
      for (const path of mountsBelow(directory).toReversed()) spawnSync('umount', [path]);
      return mountsBelow(directory);
    })
    .toEqual([]);
}

export async function chrootPlace(sourceDisk: string | undefined, options: WorldOptions = {}): Promise<ChrootPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-chroot-'));
  const mounts = join(directory, 'mounts');
  const disks = volumeDisks(directory);
  disks.startWith(sourceDisk);
  const amazon = await amazonPlace({ ...options, onAttach: disks.onAttach, onDetach: disks.onDetach }, 'amazon-chroot');
  const machine = await startEc2Machine(amazon.ec2, amazon.source);
  Object.assign(process.env, machine.environment);
  const made = (): readonly Leftover[] => amazon.left().filter(({ id }) => !machine.own.has(id));
  return {
    amazon,
    disks,
    machine,
    mounts,
    bake: (more = {}, provisioners = [], run = {}) => {
      const usual: JsonObject = {
        type: 'amazon-chroot',
        custom_endpoint_ec2: amazon.ec2.endpoint,
        ami_name: 'web',
        source_ami: amazon.source,
        mount_path: join(mounts, '{{.Device}}'),
      };
      const entries = Object.entries({ ...usual, ...more }).filter(([, value]) => value !== null);
      return amazon.run({ builders: [Object.fromEntries(entries)], provisioners: [...provisioners] }, run);
    },
    left: () => [
      ...made().map(({ region, kind }) => `${region} ${kind}`),
      ...mountsBelow(directory).map(() => 'mount'),
      ...disks.attached().map(() => 'loop device'),
    ],
    [Symbol.asyncDispose]: async () => {
      await unmountAll(directory);
      disks[Symbol.dispose]();
      await machine[Symbol.asyncDispose]();
      await amazon[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}
