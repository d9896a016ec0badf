import { DetachVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountsBelow, unmountAll } from '../../support/ec2/places/chroot-place.ts';
import { startEc2Machine, type Ec2Machine } from '../../support/ec2/places/ec2-machine.ts';
import type { Fault } from '../../support/ec2/index.ts';
import { volumeDisks, type VolumeDisks } from '../../support/qemu/volume-disks.ts';
import { shop, type Shop } from './shop.ts';

/** A test EC2, an instance of it that this machine takes itself for, and Kiln as a process on it. */
export interface ChrootShop extends AsyncDisposable {
  readonly shop: Shop;
  readonly machine: Ec2Machine;
  readonly disks: VolumeDisks;
  /** Where volumes are mounted. */
  readonly mounts: string;
  /** Starts a build with these options and provisioners. */
  build(options?: object, provisioners?: readonly object[]): ReturnType<Shop['start']>;
  /** Detaches the only volume that a build has attached. */
  detach(): Promise<void>;
  /** Everything that was made and is still there. */
  left(): readonly string[];
}

export async function chrootShop(source: string, faults: readonly Fault[] = []): Promise<ChrootShop> {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-chroot-'));
  const disks = volumeDisks(directory);
  disks.startWith(source);
  const place = await shop({ faults, onAttach: disks.onAttach, onDetach: disks.onDetach });
  const machine = await startEc2Machine(place.ec2, place.ec2.addImage('us-east-1', { name: 'machine' }));
  Object.assign(place.environment, machine.environment);
  const mounts = join(directory, 'mounts');
  return {
    shop: place,
    machine,
    disks,
    mounts,
    build: (options = {}, provisioners = []) => {
      const usual = { type: 'amazon-chroot', instance_type: undefined, mount_path: join(mounts, '{{.Device}}') };
      return place.start('build', place.template({ ...usual, ...options }, { provisioners }));
    },
    detach: async () => {
      const { endpoint, credentials } = place.ec2;
      const client = new EC2Client({ endpoint, credentials, region: 'us-east-1' });
      const [volume] = place.ec2.leftovers().filter(({ id, kind }) => kind === 'volume' && !machine.own.has(id));
      await client.send(new DetachVolumeCommand({ VolumeId: volume?.id ?? '' }));
      client.destroy();
      place.ec2.advance(60_000);
    },
    left: () => [
      ...place.ec2.leftovers().flatMap(({ id }) => (machine.own.has(id) ? [] : [id])),
      ...mountsBelow(directory),
      ...disks.attached(),
    ],
    [Symbol.asyncDispose]: async () => {
      await unmountAll(directory);
      disks[Symbol.dispose]();
      await machine[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}
