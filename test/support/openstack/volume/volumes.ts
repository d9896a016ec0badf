import { part, type Call, type Reply, type Route } from '../call.ts';
import { canSee } from '../image/find.ts';
import type { Image } from '../image/image.ts';
import { badRequest, notFound } from '../problem.ts';
import { microseconds } from '../world.ts';
import { makeVolume } from './make.ts';
import { findVolume, refuseUnless } from './find.ts';
import type { Volume } from './things.ts';
import { uploadImage } from './upload.ts';

interface Asked {
  readonly name?: string | null;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly size?: number | string | null;
  readonly imageRef?: string | null;
  readonly image_id?: string | null;
  readonly snapshot_id?: string | null;
  readonly volume_type?: string | null;
  readonly availability_zone?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

const TYPES = ['standard', 'fast', 'encrypted', 'multiattach'];

export function volumeView({ world }: Call, volume: Volume): object {
  const { id, attachments, imageMetadata } = volume;
  return {
    id,
    name: volume.name,
    description: volume.description,
    size: volume.size,
    status: volume.status,
    bootable: String(volume.bootable),
    encrypted: volume.encrypted,
    volume_type: volume.type,
    availability_zone: volume.availabilityZone,
    created_at: volume.createdAt,
    updated_at: microseconds(world),
    metadata: volume.metadata,
    user_id: volume.userId,
    snapshot_id: null,
    source_volid: null,
    consistencygroup_id: null,
    multiattach: volume.type === 'multiattach',
    replication_status: null,
    links: [],
    'os-vol-tenant-attr:tenant_id': volume.projectId,
    attachments: attachments.map(({ serverId, device }) => ({
      id,
      attachment_id: id,
      volume_id: id,
      server_id: serverId,
      host_name: null,
      device,
      attached_at: volume.createdAt,
    })),
    ...(Object.keys(imageMetadata).length === 0 ? {} : { volume_image_metadata: imageMetadata }),
  };
}

function sourceImage(call: Call, { imageRef, image_id: other }: Asked): Image | undefined {
  const id = imageRef ?? other ?? '';
  if (id === '') return undefined;
  const image = call.region.images.peek(id);
  if (image === undefined || !canSee(call, image))
    throw badRequest('Invalid image identifier or unable to access requested image.');
  if (image.status !== 'active') throw badRequest(`Image ${id} is not active.`);
  return image;
}

function create(call: Call): Reply {
  const asked = part(call, 'volume') as Asked;
  const { region } = call;
  const image = sourceImage(call, asked);
  const snapshot = asked.snapshot_id == null ? undefined : region.snapshots.get(asked.snapshot_id);
  const size = Number(asked.size ?? snapshot?.size ?? 0);
  if (size <= 0)
    throw badRequest(
      'Invalid input received: Invalid volume size provided for create request: must be an integer greater than 0 (got None).',
    );
  if (image !== undefined && size < image.base.min_disk) {
    throw badRequest(
      `Invalid input received: Volume size ${size}GB cannot be smaller than the image minDisk size ${image.base.min_disk}GB.`,
    );
  }
  const type = asked.volume_type ?? undefined;
  if (type !== undefined && !TYPES.includes(type)) throw notFound(`Volume type with name ${type} could not be found.`);
  const zone = asked.availability_zone ?? undefined;
  if (zone !== undefined && !['nova', 'nova-2'].includes(zone))
    throw badRequest(`Invalid input received: Availability zone '${zone}' is invalid.`);
  const volume = makeVolume(call, {
    name: asked.name ?? asked.display_name ?? null,
    description: asked.description ?? null,
    size,
    type,
    zone,
    metadata: asked.metadata ?? {},
    image,
  });
  return { status: 202, body: { volume: volumeView(call, volume) } };
}

function remove(call: Call): Reply {
  const { world, region, outcome } = call;
  const volume = findVolume(call);
  const statuses = 'available or error or error_restoring or error_extending or error_managing';
  refuseUnless(
    volume,
    ['available', 'error', 'error_restoring', 'error_extending'],
    `Volume status must be ${statuses} and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.`,
  );
  if (region.snapshots.all().some((snapshot) => snapshot.volumeId === volume.id)) {
    throw badRequest(`Invalid volume: Volume ${volume.id} still has dependent snapshots.`);
  }
  volume.status = 'deleting';
  if (!outcome.stuck) {
    world.clock.after(world.durations.volume, () => {
      if (outcome.fails === undefined) region.volumes.remove(volume.id);
      else volume.status = 'error_deleting';
    });
  }
  return { status: 202 };
}

function setImageMetadata(call: Call): Reply {
  const volume = findVolume(call);
  const { metadata } = part(call, 'os-set_image_metadata') as { readonly metadata: Record<string, string> };
  if (volume.status === 'uploading' || volume.status === 'creating') {
    throw badRequest(`Invalid volume: Updating volume metadata is not allowed for volumes in ${volume.status} status.`);
  }
  Object.assign(volume.imageMetadata, metadata);
  return { body: { metadata: volume.imageMetadata } };
}

const VOLUME = '/:project/volumes/:id';

function action(name: string, key: string, act: Route['act'], schema: string): Route {
  return { name, action: key, schema, method: 'POST', path: `${VOLUME}/action`, act };
}

export const volumeRoutes: readonly Route[] = [
  { name: 'createVolume', method: 'POST', path: '/:project/volumes', schema: 'createVolume', act: create },
  {
    name: 'listVolumesDetail',
    method: 'GET',
    path: '/:project/volumes/detail',
    act: (call) => {
      const { searchParams: query } = call.url;
      const found = call.region.volumes
        .listed()
        .filter(({ projectId }) => projectId === call.caller.project?.id)
        .filter(({ name }) => (query.get('name') ?? name) === name)
        .filter(({ metadata }) => holdsMetadata(metadata, query.get('metadata')));
      return { body: { volumes: found.map((volume) => volumeView(call, volume)) } };
    },
  },
  {
    name: 'showVolume',
    method: 'GET',
    path: VOLUME,
    act: (call) => ({ body: { volume: volumeView(call, findVolume(call)) } }),
  },
  { name: 'deleteVolume', method: 'DELETE', path: VOLUME, act: remove },
  {
    name: 'updateVolume',
    method: 'PUT',
    path: VOLUME,
    schema: 'updateVolume',
    act: (call) => {
      const volume = findVolume(call);
      const { name, metadata } = part(call, 'volume') as Asked;
      if (name !== undefined) volume.name = name;
      if (metadata != null) volume.metadata = { ...metadata };
      return { body: { volume: volumeView(call, volume) } };
    },
  },
  action('uploadImage', 'os-volume_upload_image', uploadImage, 'uploadImage'),
  action('setImageMetadata', 'os-set_image_metadata', setImageMetadata, 'setImageMetadata'),
  action(
    'detachVolume',
    'os-detach',
    (call) => {
      const volume = findVolume(call);
      refuseUnless(volume, ['in-use'], `Unable to detach volume. Volume status must be 'in-use'`);
      volume.attachments.length = 0;
      volume.status = 'available';
      return { status: 202 };
    },
    'detachVolume',
  ),
  action(
    'setBootable',
    'os-set_bootable',
    (call) => {
      const { bootable } = part(call, 'os-set_bootable') as { readonly bootable: boolean | string };
      findVolume(call).bootable = bootable === true || bootable === 'true' || bootable === 'True';
      return {};
    },
    'setBootable',
  ),
  {
    name: 'createVolumeMetadata',
    method: 'POST',
    path: `${VOLUME}/metadata`,
    schema: 'createMetadata',
    act: (call) => {
      const volume = findVolume(call);
      if (volume.status === 'uploading') {
        throw badRequest(
          `Invalid volume: Updating volume metadata is not allowed for volumes in ${volume.status} status.`,
        );
      }
      Object.assign(volume.metadata, part(call, 'metadata') as Record<string, string>);
      return { body: { metadata: volume.metadata } };
    },
  },
];

/** "{'kiln-token': 'abc'}" as the query has it: Python's words for a mapping. */
export function holdsMetadata(metadata: Readonly<Record<string, string>>, query: string | null): boolean {
  if (query === null) return true;
  const wanted = JSON.parse(query.replaceAll("'", '"')) as Readonly<Record<string, string>>;
  return Object.entries(wanted).every(([name, value]) => metadata[name] === value);
}
