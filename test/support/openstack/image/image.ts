import { createHash } from 'node:crypto';
import { uuid } from '../ids.ts';
import { timestamp, type World } from '../world.ts';

export interface Member {
  readonly member_id: string;
  status: string;
  readonly created_at: string;
  updated_at: string;
}

export interface Image {
  readonly id: string;
  readonly owner: string;
  readonly created_at: string;
  updated_at: string;
  status: string;
  /** The members that Glance has and lets change, by its names. */
  readonly base: {
    name: string | null;
    disk_format: string | null;
    container_format: string | null;
    visibility: string;
    protected: boolean;
    min_ram: number;
    min_disk: number;
    os_hidden: boolean;
  };
  /** All others. */
  properties: Record<string, string>;
  tags: string[];
  readonly members: Member[];
  data: Buffer | undefined;
  /** What was staged for an import. */
  staged: Buffer | undefined;
  size: number | null;
  virtualSize: number | null;
  checksum: string | null;
  hash: string | null;
  /** The server it is made of. */
  readonly snapshotOf: string | undefined;
}

export interface NewImage {
  readonly owner: string;
  readonly snapshotOf?: string;
  readonly base?: Partial<Image['base']>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

export function newImage(world: World, { owner, base = {}, properties = {}, tags = [], snapshotOf }: NewImage): Image {
  const now = timestamp(world);
  return {
    id: uuid(world.newId()),
    owner,
    created_at: now,
    updated_at: now,
    status: 'queued',
    base: {
      name: null,
      disk_format: null,
      container_format: null,
      visibility: 'shared',
      protected: false,
      min_ram: 0,
      min_disk: 0,
      os_hidden: false,
      ...base,
    },
    properties: { ...properties },
    tags: [...tags],
    members: [],
    data: undefined,
    staged: undefined,
    size: null,
    virtualSize: null,
    checksum: null,
    hash: null,
    snapshotOf,
  };
}

/** Gives an image its bytes: it is active from now on. */
export function fillImage(world: World, image: Image, data: Buffer): void {
  Object.assign(image, {
    data,
    staged: undefined,
    size: data.length,
    virtualSize: image.base.disk_format === 'raw' ? data.length : null,
    checksum: createHash('md5').update(data).digest('hex'),
    hash: createHash('sha512').update(data).digest('hex'),
    status: 'active',
    updated_at: timestamp(world),
  });
}

/** An image as Glance shows it. */
export function imageView(image: Image): Readonly<Record<string, unknown>> {
  const { id, status, properties, base, size, checksum, hash } = image;
  const path = `/v2/images/${id}`;
  const { name, disk_format, container_format, visibility, min_ram, min_disk, os_hidden } = base;
  return {
    ...properties,
    name,
    disk_format,
    container_format,
    visibility,
    size,
    virtual_size: image.virtualSize,
    status,
    checksum,
    protected: base.protected,
    min_ram,
    min_disk,
    owner: image.owner,
    os_hidden,
    os_hash_algo: hash === null ? null : 'sha512',
    os_hash_value: hash,
    id,
    created_at: image.created_at,
    updated_at: image.updated_at,
    tags: image.tags,
    self: path,
    file: `${path}/file`,
    schema: '/v2/schemas/image',
    ...(status === 'active' ? { stores: 'disk' } : {}),
  };
}
