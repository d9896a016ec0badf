import type { Call } from '../call.ts';
import type { Server } from '../compute/server.ts';
import { badRequest } from '../problem.ts';
import type { Region } from '../region.ts';
import { makeVolume } from './make.ts';
import type { Volume } from './things.ts';

/** A disk as a new server asks for it. */
export interface AskedDisk {
  readonly uuid?: string;
  readonly source_type?: string;
  readonly destination_type?: string;
  readonly boot_index?: number | string | null;
  readonly volume_size?: number | string;
  readonly volume_type?: string;
  readonly delete_on_termination?: boolean | string;
  readonly device_name?: string;
}

export interface DiskPlan {
  readonly asked: AskedDisk;
  readonly bootIndex: number | undefined;
  readonly volume: Volume | undefined;
}

function invalid(why: string): Error {
  return badRequest(`Block Device Mapping is Invalid: ${why}`);
}

/** Looks at all disks before one is made or taken. */
export function planDisks({ region, minor }: Call, asked: readonly AskedDisk[]): readonly DiskPlan[] {
  return asked.map((disk) => {
    const { source_type: source, uuid: id = '', boot_index: boot } = disk;
    const bootIndex = boot === undefined || boot === null ? undefined : Number(boot);
    if (source === 'image') {
      if (region.images.peek(id) === undefined) throw badRequest('Can not find requested image');
      if (disk.destination_type === 'volume' && disk.volume_size === undefined) {
        throw invalid('Images with destination_type volume need to have a non-zero size specified');
      }
      return { asked: disk, bootIndex, volume: undefined };
    }
    if (source !== 'volume') return { asked: disk, bootIndex, volume: undefined };
    const volume = region.volumes.peek(id);
    if (volume === undefined) throw invalid(`failed to get volume ${id}.`);
    if (volume.status !== 'available') {
      throw badRequest(`Invalid volume: volume '${id}' status must be 'available'. Currently in '${volume.status}'`);
    }
    if (volume.type === 'multiattach' && minor < 60) {
      throw badRequest('Multiattach volumes are only supported starting with compute API version 2.60.');
    }
    if (bootIndex === 0 && !volume.bootable) throw invalid(`Volume ${id} is not bootable.`);
    return { asked: disk, bootIndex, volume };
  });
}

const TRUE: readonly unknown[] = [true, 'True', 'true', '1'];

/** Attaches the planned disks to a server. Disks that are local to it are not listed. */
export function takeDisks(call: Call, serverId: string, plans: readonly DiskPlan[]): Server['volumes'] {
  return plans.flatMap(({ asked, volume: given }, index) => {
    if (given === undefined && asked.destination_type !== 'volume') return [];
    const image = call.region.images.peek(asked.uuid ?? '');
    const size = Number(asked.volume_size ?? 1);
    const volume = given ?? makeVolume(call, { name: '', size, type: asked.volume_type, image });
    const device = asked.device_name ?? `/dev/vd${'abcdef'[index] ?? 'z'}`;
    volume.status = 'in-use';
    volume.attachments.push({ serverId, device });
    return [{ id: volume.id, device, deleteOnTermination: TRUE.includes(asked.delete_on_termination) }];
  });
}

/** What becomes of a server's volumes when it ends. */
export function detachVolumes(region: Region, server: Server): void {
  for (const { id, deleteOnTermination } of server.volumes) {
    const volume = region.volumes.peek(id);
    if (volume === undefined) continue;
    volume.attachments.length = 0;
    volume.status = 'available';
    if (deleteOnTermination) region.volumes.remove(id);
  }
}
