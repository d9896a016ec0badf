import { errorAt, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import { checkKey } from '../../_googlecompute/checks/check-key.ts';
import { checkName } from '../../_googlecompute/checks/names.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

type Diagnostics = readonly Diagnostic[];
type Attachment = NonNullable<GooglecomputeBuilderConfig['disk_attachment']>[number];

const CODE = 'GOOGLE_DISK';

/** What a local SSD, or a disk that is there already, has no use for. */
const OF_NEW_DISKS = ['source_image', 'disk_name', 'iops', 'replica_zones'] as const;

function unused(pointer: string, disk: Attachment): Diagnostics {
  const scratch = disk.volume_type === 'scratch';
  if (!scratch && disk.source_volume === undefined) return [];
  const because = scratch ? 'a local SSD begins empty' : 'source_volume is there already';
  const given = OF_NEW_DISKS.filter((option) => disk[option] !== undefined);
  return given.map((option) => warningAt(CODE, `${pointer}/${option}`, `it is not used: ${because}`));
}

function checkAttachment(disk: Attachment, index: number): Diagnostics {
  const pointer = `/disk_attachment/${String(index)}`;
  const { replica_zones: zones, volume_type: type } = disk;
  const found: Diagnostic[] = [...unused(pointer, disk)];
  if (zones !== undefined && zones.length !== 2) {
    found.push(errorAt(CODE, `${pointer}/replica_zones`, 'a regional disk is in two zones'));
  }
  if (disk.create_image && type === 'scratch') {
    found.push(errorAt(CODE, `${pointer}/create_image`, 'no image can be made of a local SSD'));
  }
  if (disk.keep_device && type === 'scratch') {
    found.push(errorAt(CODE, `${pointer}/keep_device`, 'a local SSD cannot stay without its instance'));
  }
  return [
    ...found,
    ...checkName(`disk_attachment/${String(index)}/disk_name`, disk.disk_name),
    ...checkKey(`disk_attachment/${String(index)}/disk_encryption_key`, disk.disk_encryption_key),
  ];
}

/** What the schema cannot say of the disks of the instance. */
export function checkDisks(config: GooglecomputeBuilderConfig): Diagnostics {
  const disks = config.disk_attachment ?? [];
  const [, second] = [...disks.entries()].filter(([, disk]) => disk.create_image);
  return [
    ...checkKey('disk_encryption_key', config.disk_encryption_key),
    ...disks.flatMap(checkAttachment),
    ...(second === undefined
      ? []
      : [errorAt(CODE, `/disk_attachment/${String(second[0])}/create_image`, 'the image is made of one disk')]),
  ];
}
