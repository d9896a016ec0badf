import type { Tags } from '../../../plugins/sdk/cloud.ts';
import type { AttachedDisk, EncryptionKey } from '../../_googlecompute/api/driver.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { InstanceParts } from '../instance.ts';
import { pathIn } from '../../_googlecompute/paths.ts';

/** GB, as with Packer. */
const USUAL_SIZE = 20;

type Attachment = NonNullable<GooglecomputeBuilderConfig['disk_attachment']>[number];
type Key = GooglecomputeBuilderConfig['disk_encryption_key'];

function encryption(key: Key): { readonly diskEncryptionKey?: EncryptionKey } {
  return key === undefined ? {} : { diskEncryptionKey: { ...key } };
}

function typePath({ project_id: project, zone }: GooglecomputeBuilderConfig, type: string): string {
  return pathIn(project, `zones/${zone}/diskTypes`, type);
}

/** It goes with the instance, so that one call gives both back. */
function bootDisk(config: GooglecomputeBuilderConfig, { source }: InstanceParts, labels: Tags): AttachedDisk {
  const least = Number(source.image.diskSizeGb ?? 0);
  const { disk_name: diskName } = config;
  return {
    boot: true,
    autoDelete: true,
    type: 'PERSISTENT',
    mode: 'READ_WRITE',
    initializeParams: {
      sourceImage: source.image.selfLink ?? `projects/${source.project}/global/images/${source.image.name ?? ''}`,
      diskSizeGb: String(config.disk_size ?? Math.max(USUAL_SIZE, least)),
      diskType: typePath(config, config.disk_type),
      labels: { ...labels },
      ...(diskName === undefined ? {} : { diskName }),
    },
    ...encryption(config.disk_encryption_key),
  };
}

function newDisk(config: GooglecomputeBuilderConfig, disk: Attachment, labels: Tags): AttachedDisk {
  const { disk_name: diskName, iops, replica_zones: zones = [], source_image: sourceImage } = disk;
  return {
    autoDelete: true,
    initializeParams: {
      diskType: typePath(config, disk.volume_type),
      diskSizeGb: String(disk.volume_size),
      labels: { ...labels },
      ...(diskName === undefined ? {} : { diskName }),
      ...(sourceImage === undefined ? {} : { sourceImage }),
      ...(iops === undefined ? {} : { provisionedIops: String(iops) }),
      ...(zones.length === 0 ? {} : { replicaZones: zones.map((zone) => pathIn(config.project_id, 'zones', zone)) }),
    },
    ...encryption(disk.disk_encryption_key),
  };
}

/** The name by which the guest, and Google's calls, know the disk at this place of `disk_attachment`. */
export function deviceName(disk: Attachment, index: number): string {
  return disk.device_name ?? `kiln-disk-${String(index + 1)}`;
}

function furtherDisk(config: GooglecomputeBuilderConfig, disk: Attachment, index: number, labels: Tags): AttachedDisk {
  const { interface_type: port, source_volume: volume } = disk;
  if (disk.volume_type === 'scratch') {
    const initializeParams = { diskType: typePath(config, 'local-ssd') };
    return { type: 'SCRATCH', autoDelete: true, interface: port, initializeParams };
  }
  const device = {
    type: 'PERSISTENT',
    interface: port,
    mode: disk.attachment_mode,
    deviceName: deviceName(disk, index),
  };
  if (volume === undefined) return { ...device, ...newDisk(config, disk, labels) };
  const source = pathIn(config.project_id, `zones/${config.zone}/disks`, volume);
  return { ...device, autoDelete: false, source, ...encryption(disk.disk_encryption_key) };
}

/** The boot disk and those of `disk_attachment`, all made together with the instance. */
export function disksOf(config: GooglecomputeBuilderConfig, parts: InstanceParts, own: Tags): AttachedDisk[] {
  const labels = { ...config.labels, ...own };
  const further = config.disk_attachment ?? [];
  return [bootDisk(config, parts, labels), ...further.map((disk, index) => furtherDisk(config, disk, index, labels))];
}
