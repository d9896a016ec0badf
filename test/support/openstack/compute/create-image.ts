import { part, type Call, type Reply } from '../call.ts';
import { newImage, fillImage, type Image } from '../image/image.ts';
import { conflict } from '../problem.ts';
import { inDatabase } from '../region.ts';
import { timestamp } from '../world.ts';
import { uuid } from '../ids.ts';
import { isThere, setState } from './life.ts';
import type { Server } from './server.ts';

interface Asked {
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** @throws ApiProblem as Nova refuses what a server cannot do now */
export function refuseBusy(server: Server, action: string, vmStates: readonly string[]): void {
  const where = !vmStates.includes(server.vmState)
    ? `vm_state ${server.vmState}`
    : server.taskState === null
      ? undefined
      : `task_state ${server.taskState}`;
  if (where !== undefined) throw conflict(`Cannot '${action}' instance ${server.id} while it is in ${where}`);
}

/** Members of the source image that a snapshot does not take over. */
const NOT_INHERITED = ['image_type', 'os_glance_importing_to_stores', 'os_glance_failed_import', 'cache_in_nova'];

function inherited(call: Call, server: Server): Readonly<Record<string, string>> {
  const { image } = server;
  const own = Object.entries(image?.properties ?? {}).filter(([name]) => !NOT_INHERITED.includes(name));
  return {
    ...Object.fromEntries(own),
    ...(image === undefined ? {} : { base_image_ref: image.id }),
    owner_user_name: call.caller.user.name,
    owner_project_name: call.caller.project?.name ?? '',
    boot_roles: call.caller.user.roles.join(','),
    hw_machine_type: 'pc',
    hw_cdrom_bus: 'ide',
    hw_disk_bus: 'virtio',
    hw_input_bus: 'usb',
    hw_pointer_model: 'usbtablet',
    hw_video_model: 'virtio',
    hw_vif_model: 'virtio',
    instance_uuid: server.id,
    user_id: call.caller.user.id,
    image_type: 'snapshot',
  };
}

/** The steps of a snapshot, each in its time: the server's task goes on a while after the image is active. */
function snapshot(call: Call, server: Server, image: Image): void {
  const { world, region, outcome } = call;
  const after = (duration: number, act: () => void): void =>
    world.clock.after(duration, () => {
      if (isThere(region, server) && region.images.peek(image.id) === image && server.taskState !== 'deleting') act();
    });
  const { snapshot: begin, upload, settle } = world.durations;
  setState(world, server, { taskState: 'image_snapshot_pending' });
  if (outcome.stuck) return;
  after(begin, () => {
    setState(world, server, { taskState: 'image_pending_upload' });
    Object.assign(image, { status: 'saving' });
    Object.assign(image.base, { disk_format: 'qcow2', container_format: 'bare' });
    after(upload, () => {
      if (outcome.fails !== undefined) {
        setState(world, server, { taskState: null });
        // Nova takes away what it could not finish; a store that fails leaves the image where it is.
        if (outcome.fails.code === 'removed') region.images.remove(image.id);
        else image.status = outcome.fails.code;
        return;
      }
      setState(world, server, { taskState: 'image_uploading' });
      Object.assign(image.properties, {
        image_state: 'available',
        owner_id: server.projectId,
        image_location: 'snapshot',
      });
      fillImage(world, image, Buffer.from(`disk of ${server.id}\n`));
      after(settle, () => setState(world, server, { taskState: null }));
    });
  });
}

/** A server that boots from a volume: the image has no bytes, but names snapshots of the volumes. */
function volumeBacked({ world, region }: Call, server: Server, image: Image): void {
  const mapping = server.volumes.map(({ id, device }, index) => {
    const volume = inDatabase(region.volumes, id);
    const snapshotId = uuid(world.newId());
    const now = timestamp(world);
    const name = `snapshot for ${image.base.name ?? ''}`;
    const facts = { id: snapshotId, name, description: '', volumeId: id, projectId: server.projectId, createdAt: now };
    region.snapshots.add(snapshotId, { ...facts, size: volume.size, status: 'available', metadata: {} });
    const place = { device_name: device, boot_index: index, snapshot_id: snapshotId, volume_size: volume.size };
    return { ...place, source_type: 'snapshot', destination_type: 'volume', delete_on_termination: false };
  });
  Object.assign(image.properties, {
    block_device_mapping: JSON.stringify(mapping),
    bdm_v2: 'True',
    root_device_name: '/dev/vda',
  });
  Object.assign(image, { size: 0, status: 'active' });
}

/** The server action createImage. */
export function createImage(call: Call, server: Server): Reply {
  const { world, region, caller, minor } = call;
  refuseBusy(server, 'createImage', ['active', 'stopped', 'paused', 'suspended']);
  const { name, metadata } = part(call, 'createImage') as Asked;
  const source = server.image?.base;
  const image = newImage(world, {
    owner: caller.project?.id ?? '',
    snapshotOf: server.id,
    base: {
      name,
      visibility: 'private',
      min_ram: source?.min_ram ?? 0,
      min_disk: Math.max(source?.min_disk ?? 0, server.flavor.disk),
    },
    properties: { ...inherited(call, server), ...metadata },
  });
  region.images.add(image.id, image);
  if (server.image === undefined) volumeBacked(call, server, image);
  else snapshot(call, server, image);
  return minor < 45
    ? { status: 202, headers: { Location: `${world.endpoint}/${region.name}/image/images/${image.id}` } }
    : { status: 202, body: { image_id: image.id } };
}
