import type { Call } from '../call.ts';
import { uuid } from '../ids.ts';
import type { Image } from '../image/image.ts';
import { microseconds } from '../world.ts';
import type { Volume } from './things.ts';

export interface NewVolume {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly size: number;
  readonly type?: string | undefined;
  readonly zone?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly image?: Image | undefined;
}

/** What a volume keeps of its image. */
function imageMetadata({ id, base, properties, size, checksum }: Image): Record<string, string> {
  const own = Object.entries({ ...base, size, checksum })
    .filter(([name]) => ['container_format', 'disk_format', 'min_disk', 'min_ram', 'size', 'checksum'].includes(name))
    .map(([name, value]) => [name, String(value ?? '')] as const);
  return { image_id: id, image_name: base.name ?? '', ...Object.fromEntries(own), ...properties };
}

/** Makes a volume, which takes its time to be available. */
export function makeVolume(call: Call, asked: NewVolume): Volume {
  const { world, region, caller, outcome } = call;
  const { image } = asked;
  const volume: Volume = {
    id: uuid(world.newId()),
    projectId: caller.project?.id ?? '',
    userId: caller.user.id,
    name: asked.name ?? null,
    description: asked.description ?? null,
    size: asked.size,
    status: image === undefined ? 'creating' : 'downloading',
    bootable: image !== undefined,
    encrypted: asked.type === 'encrypted',
    type: asked.type ?? 'standard',
    availabilityZone: asked.zone ?? 'nova',
    createdAt: microseconds(world),
    metadata: { ...asked.metadata },
    imageMetadata: image === undefined ? {} : imageMetadata(image),
    image: image?.id,
    attachments: [],
  };
  region.volumes.add(volume.id, volume);
  if (outcome.stuck) return volume;
  world.clock.after(world.durations.volume, () => {
    if (volume.status !== 'creating' && volume.status !== 'downloading') return;
    volume.status = outcome.fails === undefined ? 'available' : 'error';
  });
  return volume;
}
