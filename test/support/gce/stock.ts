import type { Image, ImageView } from './resources.ts';
import { link, type World } from './world.ts';

/** An image that is there before any test. */
export interface StockImage {
  readonly name: string;
  readonly project?: string;
  readonly family?: string;
  readonly view?: Partial<ImageView>;
  /** Days before now; 10 when left out. */
  readonly age?: number;
}

const DAY = 86_400_000;

/** Puts an image there; its path. */
export function addStockImage(world: World, { name, project = 'bakery', family, view, age = 10 }: StockImage): string {
  const path = `projects/${project}/global/images/${name}`;
  const made = new Date(world.clock.now() - age * DAY).toISOString().slice(0, -1);
  const image: Image = {
    path,
    contents: [path],
    view: {
      kind: 'compute#image',
      id: world.newId(),
      creationTimestamp: `${made}-00:00`,
      name,
      ...(family === undefined ? {} : { family }),
      status: 'READY',
      sourceType: 'RAW',
      diskSizeGb: '10',
      archiveSizeBytes: '934123',
      architecture: 'X86_64',
      licenses: [link(`projects/${project}/global/licenses/${family ?? name}`)],
      guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'VIRTIO_SCSI_MULTIQUEUE' }],
      labelFingerprint: 'QmxhY2s=',
      selfLink: link(path),
      ...view,
    },
  };
  world.images.put(path, image);
  return path;
}

/** Images that Google offers. */
export function stockWorld(world: World): void {
  const debian = { project: 'debian-cloud', family: 'debian-12' };
  addStockImage(world, { ...debian, name: 'debian-12-bookworm-v20261001', age: 60 });
  addStockImage(world, { ...debian, name: 'debian-12-bookworm-v20261101', age: 30 });
  addStockImage(world, {
    project: 'ubuntu-os-cloud',
    family: 'ubuntu-2404-lts-amd64',
    name: 'ubuntu-2404-noble-amd64-v20261101',
  });
  addStockImage(world, {
    project: 'windows-cloud',
    family: 'windows-2022',
    name: 'windows-server-2022-dc-v20261101',
    view: { diskSizeGb: '50', guestOsFeatures: [{ type: 'WINDOWS' }, { type: 'UEFI_COMPATIBLE' }] },
  });
}
